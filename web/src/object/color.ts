// Colours as creators write them: `#rgb`, `#rrggbb`, either with alpha, and the names that CSS knows.
import { COLOR_NAMES, type Color } from "../deltas.generated.ts";

/** sRGB and alpha, each 0 to 1; null for what is no colour. */
export function parseColor(text: string): Color | null {
  const lower = text.trim().toLowerCase();
  if (!lower.startsWith("#")) {
    if (lower === "transparent") return [0, 0, 0, 0];
    const rgb = Object.hasOwn(COLOR_NAMES, lower) ? COLOR_NAMES[lower] : undefined;
    return rgb === undefined ? null : [(rgb >> 16) / 255, ((rgb >> 8) & 255) / 255, (rgb & 255) / 255, 1];
  }
  const digits = lower.slice(1);
  if (!/^(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})$/.test(digits)) return null;
  const long = digits.length < 6 ? [...digits].map((digit) => digit + digit).join("") : digits;
  const byte = (at: number): number => parseInt(long.slice(at, at + 2), 16) / 255;
  return [byte(0), byte(2), byte(4), long.length === 8 ? byte(6) : 1];
}
