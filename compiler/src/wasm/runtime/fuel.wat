;; Metering: what is left of a turn's fuel. Only metered programs have it; in others every call of these functions is left out.

(global $fuel (export "fuel") (mut i64) (i64.const 0x7fffffffffffffff))

;; Nothing can catch the end of fuel.
(func $burn (param $units i64)
  (global.set $fuel (i64.sub (global.get $fuel) (local.get $units)))
  (if (i64.lt_s (global.get $fuel) (i64.const 0)) (then (unreachable))))

;; So many units of fuel, rounded down.
(func (export "charge") (param $units f64) (call $burn (i64.trunc_sat_f64_s (local.get $units))))

(func $pay (export "pay") (param $units i32) (call $burn (i64.extend_i32_u (local.get $units))))
