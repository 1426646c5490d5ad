//! Vector and rotation arithmetic on plain arrays: the same operations in the same order on every platform, no fused
//! multiply-add.

use crate::natives::math;

pub type Vec2 = [f64; 2];
pub type Vec3 = [f64; 3];
/// x y z w
pub type Quat = [f64; 4];

pub fn zip<const N: usize>(a: [f64; N], b: [f64; N], f: impl Fn(f64, f64) -> f64) -> [f64; N] {
    std::array::from_fn(|i| f(a[i], b[i]))
}

pub fn scale<const N: usize>(a: [f64; N], by: f64) -> [f64; N] {
    a.map(|n| n * by)
}

pub fn dot<const N: usize>(a: [f64; N], b: [f64; N]) -> f64 {
    let mut sum = a[0] * b[0];
    for i in 1..N {
        sum += a[i] * b[i];
    }
    sum
}

pub fn length<const N: usize>(a: [f64; N]) -> f64 {
    dot(a, a).sqrt()
}

/// A zero vector stays as it is.
pub fn normalize<const N: usize>(a: [f64; N]) -> [f64; N] {
    let length = length(a);
    if length > 0.0 { a.map(|n| n / length) } else { a }
}

pub fn lerp<const N: usize>(a: [f64; N], b: [f64; N], t: f64) -> [f64; N] {
    zip(a, b, |a, b| a + (b - a) * t)
}

pub fn distance<const N: usize>(a: [f64; N], b: [f64; N]) -> f64 {
    length(zip(a, b, |a, b| a - b))
}

/// The smaller of two, as Math.min: NaN wins.
pub fn min<const N: usize>(a: [f64; N], b: [f64; N]) -> [f64; N] {
    zip(a, b, |a, b| if a < b || a.is_nan() { a } else { b })
}

pub fn max<const N: usize>(a: [f64; N], b: [f64; N]) -> [f64; N] {
    zip(a, b, |a, b| if a > b || a.is_nan() { a } else { b })
}

pub fn cross(a: Vec3, b: Vec3) -> Vec3 {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

/// The angle between two directions, in radians; exact for nearly parallel ones too.
pub fn angle_between(a: Vec3, b: Vec3) -> f64 {
    libm::atan2(length(cross(a, b)), dot(a, b))
}

pub fn reflect(a: Vec3, normal: Vec3) -> Vec3 {
    let twice = 2.0 * dot(a, normal);
    zip(a, normal, |a, n| a - twice * n)
}

pub fn rotate2(a: Vec2, angle: f64) -> Vec2 {
    let (sin, cos) = (math::sin(angle), math::cos(angle));
    [a[0] * cos - a[1] * sin, a[0] * sin + a[1] * cos]
}

/// The rotation `a` after `b` (Hamilton product).
pub fn quat_mul(a: Quat, b: Quat) -> Quat {
    let ([ax, ay, az, aw], [bx, by, bz, bw]) = (a, b);
    [
        aw * bx + ax * bw + ay * bz - az * by,
        aw * by - ax * bz + ay * bw + az * bx,
        aw * bz + ax * by - ay * bx + az * bw,
        aw * bw - ax * bx - ay * by - az * bz,
    ]
}

pub fn conjugate([x, y, z, w]: Quat) -> Quat {
    [-x, -y, -z, w]
}

pub fn inverse(q: Quat) -> Quat {
    let squared = dot(q, q);
    if squared > 0.0 { conjugate(q).map(|n| n / squared) } else { q }
}

/// `v` turned by the unit quaternion `q`.
pub fn rotate(q: Quat, v: Vec3) -> Vec3 {
    let u = [q[0], q[1], q[2]];
    let t = scale(cross(u, v), 2.0);
    let c = cross(u, t);
    std::array::from_fn(|i| v[i] + q[3] * t[i] + c[i])
}

/// Angles about x, y, z in radians, order XYZ (three.js's default).
pub fn euler(x: f64, y: f64, z: f64) -> Quat {
    let half = |angle: f64| (math::sin(angle / 2.0), math::cos(angle / 2.0));
    let ((s1, c1), (s2, c2), (s3, c3)) = (half(x), half(y), half(z));
    [s1 * c2 * c3 + c1 * s2 * s3, c1 * s2 * c3 - s1 * c2 * s3, c1 * c2 * s3 + s1 * s2 * c3, c1 * c2 * c3 - s1 * s2 * s3]
}

/// The angles of [`euler`]; at the poles z is 0.
pub fn to_euler([x, y, z, w]: Quat) -> Vec3 {
    let (m11, m12, m13) = (1.0 - 2.0 * (y * y + z * z), 2.0 * (x * y - w * z), 2.0 * (x * z + w * y));
    let (m22, m23) = (1.0 - 2.0 * (x * x + z * z), 2.0 * (y * z - w * x));
    let (m32, m33) = (2.0 * (y * z + w * x), 1.0 - 2.0 * (x * x + y * y));
    let about_y = libm::asin(m13.clamp(-1.0, 1.0));
    if m13.abs() < 0.999_999_9 {
        [libm::atan2(-m23, m33), about_y, libm::atan2(-m12, m11)]
    } else {
        [libm::atan2(m32, m22), about_y, 0.0]
    }
}

pub fn axis_angle(axis: Vec3, angle: f64) -> Quat {
    let [x, y, z] = scale(normalize(axis), math::sin(angle / 2.0));
    [x, y, z, math::cos(angle / 2.0)]
}

/// The shortest rotation from one direction to another.
pub fn between(from: Vec3, to: Vec3) -> Quat {
    let (from, to) = (normalize(from), normalize(to));
    let w = dot(from, to) + 1.0;
    if w < 1e-12 {
        // Opposite: half a turn about any axis across.
        let axis = if from[0].abs() > from[2].abs() { [-from[1], from[0], 0.0] } else { [0.0, -from[2], from[1]] };
        let [x, y, z] = normalize(axis);
        return [x, y, z, 0.0];
    }
    let [x, y, z] = cross(from, to);
    normalize([x, y, z, w])
}

/// The rotation that turns -z to `direction` and keeps y near `up`.
pub fn look_at(direction: Vec3, up: Vec3) -> Quat {
    let back = scale(normalize(direction), -1.0);
    let mut right = cross(up, back);
    if dot(right, right) < 1e-24 {
        right = cross(if back[2].abs() < 0.9 { [0.0, 0.0, 1.0] } else { [1.0, 0.0, 0.0] }, back);
    }
    let right = normalize(right);
    from_axes(right, cross(back, right), back)
}

/// The rotation whose matrix has these columns (Shepperd's method).
fn from_axes(x: Vec3, y: Vec3, z: Vec3) -> Quat {
    let trace = x[0] + y[1] + z[2];
    let q = if trace > 0.0 {
        [y[2] - z[1], z[0] - x[2], x[1] - y[0], 1.0 + trace]
    } else if x[0] > y[1] && x[0] > z[2] {
        [1.0 + x[0] - y[1] - z[2], y[0] + x[1], z[0] + x[2], y[2] - z[1]]
    } else if y[1] > z[2] {
        [y[0] + x[1], 1.0 + y[1] - x[0] - z[2], z[1] + y[2], z[0] - x[2]]
    } else {
        [z[0] + x[2], z[1] + y[2], 1.0 + z[2] - x[0] - y[1], x[1] - y[0]]
    };
    normalize(q)
}

pub fn quat_angle(a: Quat, b: Quat) -> f64 {
    2.0 * libm::acos(dot(a, b).abs().clamp(-1.0, 1.0))
}

/// Along the shorter arc, at constant speed.
pub fn slerp(a: Quat, b: Quat, t: f64) -> Quat {
    let mut cos = dot(a, b);
    let b = if cos < 0.0 { b.map(|n| -n) } else { b };
    cos = cos.abs();
    if cos > 1.0 - 1e-9 {
        return normalize(lerp(a, b, t));
    }
    let angle = libm::acos(cos);
    let sin = math::sin(angle);
    let (wa, wb) = (math::sin((1.0 - t) * angle) / sin, math::sin(t * angle) / sin);
    zip(a, b, |a, b| a * wa + b * wb)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::{FRAC_PI_2, PI};

    #[track_caller]
    fn check_near<const N: usize>(a: [f64; N], b: [f64; N]) {
        assert!(distance(a, b) < 1e-12, "{a:?} {b:?}");
    }

    #[test]
    fn rotations() {
        check_near(rotate(euler(0.0, FRAC_PI_2, 0.0), [0.0, 0.0, -1.0]), [-1.0, 0.0, 0.0]);
        check_near(rotate(axis_angle([0.0, 2.0, 0.0], FRAC_PI_2), [0.0, 0.0, -1.0]), [-1.0, 0.0, 0.0]);
        check_near(rotate(between([1.0, 0.0, 0.0], [0.0, 3.0, 0.0]), [1.0, 0.0, 0.0]), [0.0, 1.0, 0.0]);
        check_near(rotate(between([1.0, 0.0, 0.0], [-1.0, 0.0, 0.0]), [1.0, 0.0, 0.0]), [-1.0, 0.0, 0.0]);
        check_near(rotate(look_at([1.0, 0.0, 0.0], [0.0, 1.0, 0.0]), [0.0, 0.0, -1.0]), [1.0, 0.0, 0.0]);
        check_near(rotate(look_at([0.0, 1.0, 0.0], [0.0, 1.0, 0.0]), [0.0, 0.0, -1.0]), [0.0, 1.0, 0.0]);
        check_near(to_euler(euler(0.3, -0.7, 1.1)), [0.3, -0.7, 1.1]);
        check_near(rotate2([1.0, 0.0], PI), [-1.0, 0.0]);
    }

    #[test]
    fn slerp_goes_half_way() {
        let a = [0.0, 0.0, 0.0, 1.0];
        check_near(slerp(a, euler(0.0, 1.0, 0.0), 0.5), euler(0.0, 0.5, 0.0));
        check_near(slerp(a, a, 0.5), a);
    }

    #[test]
    fn products_compose() {
        let (a, b, v) = (euler(0.1, 0.2, 0.3), euler(-0.5, 0.4, 0.9), [1.0, 2.0, 3.0]);
        check_near(rotate(quat_mul(a, b), v), rotate(a, rotate(b, v)));
        check_near(quat_mul(a, inverse(a)), [0.0, 0.0, 0.0, 1.0]);
    }
}
