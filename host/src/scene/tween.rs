//! Values between two others: easing curves (Penner's, in their usual form) and interpolation. The page computes the same from
//! the same delta; the host computes it only where a script asks or a visitor arrives in the middle.

use crate::delta::{Easing, Repeat, Value};

/// A property on its way.
#[derive(Clone, PartialEq, Debug)]
pub struct Tween {
    pub from: Value,
    pub to: Value,
    /// Virtual seconds.
    pub start: f64,
    /// Seconds; more than 0.
    pub duration: f64,
    pub easing: Easing,
    pub repeat: Repeat,
}

impl Tween {
    /// The moment at which it stays where it is; never, for one that repeats.
    pub fn end(&self) -> f64 {
        if self.repeat == Repeat::Once { self.start + self.duration } else { f64::INFINITY }
    }

    pub fn value_at(&self, time: f64) -> Value {
        let elapsed = ((time - self.start) / self.duration).max(0.0);
        let progress = match self.repeat {
            Repeat::Once => elapsed.min(1.0),
            Repeat::Restart => elapsed.fract(),
            Repeat::Alternate => 1.0 - (elapsed.rem_euclid(2.0) - 1.0).abs(),
        };
        if progress >= 1.0 { self.to.clone() } else { between(&self.from, &self.to, ease(self.easing, progress)) }
    }
}

/// The value that lies a fraction of the way from one to another of the same type; a fraction may lie outside 0 to 1.
fn between(from: &Value, to: &Value, fraction: f64) -> Value {
    let mix = |a: f64, b: f64| a + (b - a) * fraction;
    match (from, to) {
        (Value::Number(a), Value::Number(b)) => Value::Number(mix(*a, *b)),
        (Value::Vec2(a), Value::Vec2(b)) => Value::Vec2(std::array::from_fn(|i| mix(a[i], b[i]))),
        (Value::Vec3(a), Value::Vec3(b)) => Value::Vec3(std::array::from_fn(|i| mix(a[i], b[i]))),
        (Value::Color(a), Value::Color(b)) => Value::Color(std::array::from_fn(|i| mix(a[i], b[i]))),
        (Value::Quat(a), Value::Quat(b)) => Value::Quat(slerp(*a, *b, fraction)),
        _ => to.clone(),
    }
}

/// Along the shorter arc, at constant speed.
fn slerp(a: [f64; 4], b: [f64; 4], fraction: f64) -> [f64; 4] {
    let dot: f64 = a.iter().zip(&b).map(|(a, b)| a * b).sum();
    let (b, dot) = if dot < 0.0 { (b.map(|part| -part), -dot) } else { (b, dot) };
    let (weight_a, weight_b) = if dot > 0.9995 {
        (1.0 - fraction, fraction)
    } else {
        let angle = libm::acos(dot);
        (libm::sin((1.0 - fraction) * angle) / libm::sin(angle), libm::sin(fraction * angle) / libm::sin(angle))
    };
    let mixed: [f64; 4] = std::array::from_fn(|i| a[i] * weight_a + b[i] * weight_b);
    let length = mixed.iter().map(|part| part * part).sum::<f64>().sqrt();
    mixed.map(|part| part / length)
}

/// The curve of an easing: 0 at 0, 1 at 1.
pub fn ease(easing: Easing, t: f64) -> f64 {
    use Easing::*;
    match easing {
        Linear => t,
        QuadIn => t * t,
        QuadOut => mirrored(QuadIn, t),
        QuadInOut => both(QuadIn, t),
        CubicIn => t * t * t,
        CubicOut => mirrored(CubicIn, t),
        CubicInOut => both(CubicIn, t),
        QuartIn => t * t * t * t,
        QuartOut => mirrored(QuartIn, t),
        QuartInOut => both(QuartIn, t),
        BackIn => t * t * (2.70158 * t - 1.70158),
        BackOut => mirrored(BackIn, t),
        BackInOut => both(BackIn, t),
        BounceIn => mirrored(BounceOut, t),
        BounceOut => bounce(t),
        BounceInOut => both(BounceIn, t),
        SineIn => 1.0 - libm::cos(t * std::f64::consts::FRAC_PI_2),
        SineOut => mirrored(SineIn, t),
        SineInOut => both(SineIn, t),
        ElasticOut => elastic(t),
    }
}

/// The same curve turned around: fast where it was slow.
fn mirrored(easing: Easing, t: f64) -> f64 {
    1.0 - ease(easing, 1.0 - t)
}

/// The curve up to the middle, then turned around.
fn both(easing: Easing, t: f64) -> f64 {
    if t < 0.5 { ease(easing, 2.0 * t) / 2.0 } else { 1.0 - ease(easing, 2.0 - 2.0 * t) / 2.0 }
}

fn bounce(t: f64) -> f64 {
    const STRENGTH: f64 = 7.5625;
    let (middle, floor) = match t * 2.75 {
        x if x < 1.0 => (0.0, 0.0),
        x if x < 2.0 => (1.5, 0.75),
        x if x < 2.5 => (2.25, 0.9375),
        _ => (2.625, 0.984_375),
    };
    let x = t - middle / 2.75;
    STRENGTH * x * x + floor
}

fn elastic(t: f64) -> f64 {
    if t <= 0.0 || t >= 1.0 {
        return t.clamp(0.0, 1.0);
    }
    libm::exp2(-10.0 * t) * libm::sin((t * 10.0 - 0.75) * (2.0 * std::f64::consts::PI / 3.0)) + 1.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_curve_starts_at_0_and_ends_at_1() {
        for &easing in Easing::ALL {
            assert!(ease(easing, 0.0).abs() < 1e-9, "{easing:?}");
            assert!((ease(easing, 1.0) - 1.0).abs() < 1e-9, "{easing:?}");
            // No curve jumps.
            for step in 0..1000 {
                let (here, next) = (f64::from(step) / 1000.0, f64::from(step + 1) / 1000.0);
                assert!((ease(easing, next) - ease(easing, here)).abs() < 0.03, "{easing:?} at {here}");
            }
        }
    }

    fn tween(repeat: Repeat) -> Tween {
        let (from, to) = (Value::Number(0.0), Value::Number(10.0));
        Tween { from, to, start: 1.0, duration: 2.0, easing: Easing::Linear, repeat }
    }

    #[track_caller]
    fn check(repeat: Repeat, time: f64, expect: f64) {
        assert_eq!(tween(repeat).value_at(time), Value::Number(expect));
    }

    #[test]
    fn repeats() {
        check(Repeat::Once, 0.0, 0.0);
        check(Repeat::Once, 2.0, 5.0);
        check(Repeat::Once, 9.0, 10.0);
        check(Repeat::Restart, 3.5, 2.5);
        check(Repeat::Alternate, 3.5, 7.5);
        check(Repeat::Alternate, 5.0, 0.0);
    }

    #[test]
    fn rotations_take_the_shorter_arc() {
        let half = std::f64::consts::FRAC_1_SQRT_2;
        let [x, y, z, w] = slerp([0.0, 0.0, 0.0, 1.0], [0.0, -half, 0.0, -half], 0.5);
        assert_eq!([x, z], [0.0, 0.0]);
        assert!((y - 0.382_683_432_365_09).abs() < 1e-12 && (w - 0.923_879_532_511_287).abs() < 1e-12);
    }
}
