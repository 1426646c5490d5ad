// Numbers in another base. The standard leaves open how many digits a fraction gets, and browsers differ; this is what the nodes' engines print
// (V8's algorithm): as many digits as tell the number from its neighbours. The counterpart of `to_radix` in vm/src/natives/number/format.rs.

/** `x.toString(radix)` for a radix from 2 to 36. */
export function toRadix(x: number, radix: number): string {
  if (radix === 10 || !Number.isFinite(x) || x === 0) return String(x);
  const magnitude = Math.abs(x);
  const floor = Math.floor(magnitude);
  const { digits, carried } = fractionDigits(magnitude - floor, gapAbove(magnitude) / 2, radix);
  const whole = wholeDigits(floor + carried, radix);
  const fraction = digits.map((digit) => digit.toString(36)).join("");
  return `${x < 0 ? "-" : ""}${whole}${fraction === "" ? "" : `.${fraction}`}`;
}

/** The digits behind the point, and 1 where rounding up reaches the whole part. Digits below `delta` carry nothing. */
function fractionDigits(fraction: number, delta: number, radix: number): { digits: number[]; carried: number } {
  const digits: number[] = [];
  delta = Math.max(delta, Number.MIN_VALUE);
  if (fraction < delta) return { digits, carried: 0 };
  do {
    fraction *= radix;
    delta *= radix;
    const digit = Math.floor(fraction);
    digits.push(digit);
    fraction -= digit;
    const up = fraction > 0.5 || (fraction === 0.5 && digit % 2 === 1);
    if (up && fraction + delta > 1) return roundedUp(digits, radix);
  } while (fraction >= delta);
  return { digits, carried: 0 };
}

function roundedUp(digits: number[], radix: number): { digits: number[]; carried: number } {
  for (let last = digits.pop(); last !== undefined; last = digits.pop()) {
    if (last + 1 < radix) return { digits: [...digits, last + 1], carried: 0 };
  }
  return { digits, carried: 1 };
}

/** Digits of a whole number past 2^53 that carry nothing are zeros. */
function wholeDigits(whole: number, radix: number): string {
  const reversed: string[] = [];
  for (; whole / radix >= 2 ** 53; whole /= radix) reversed.push("0");
  do {
    const rest = whole % radix;
    reversed.push(Math.floor(rest).toString(36));
    whole = (whole - rest) / radix;
  } while (whole > 0);
  return reversed.reverse().join("");
}

const bits = new DataView(new ArrayBuffer(8));

/** How far the next larger double is. */
function gapAbove(x: number): number {
  bits.setFloat64(0, x);
  bits.setBigUint64(0, bits.getBigUint64(0) + 1n);
  return bits.getFloat64(0) - x;
}
