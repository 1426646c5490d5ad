// The order of texts in a dictionary, the same on every engine: what vm/src/natives/string/case.rs computes. By letters, then accents, then
// case (lower first); canonically equal texts are equal.

const MARK = /^\p{M}$/u;
const PUNCTUATION = "_-,;:!?.'\"()[]{}@*/\\&#%";

/** -1, 0 or 1. */
export function compareWords(a: string, b: string): number {
  const [left, right] = [characters(a), characters(b)];
  return order(letters(left), letters(right)) || order(accents(left), accents(right)) || order(cases(left), cases(right));
}

function characters(text: string): string[] {
  return [...wellFormed(text).normalize("NFD")];
}

/** Lone surrogates are U+FFFD. */
function wellFormed(text: string): string {
  return [...text].map((c) => (/^[\uD800-\uDFFF]$/.test(c) ? "\uFFFD" : c)).join("");
}

function letters(text: readonly string[]): string[] {
  return text.filter((c) => !MARK.test(c)).map((c) => String.fromCharCode(48 + classOf(c)) + c.toLowerCase());
}

function accents(text: readonly string[]): string[] {
  return text.map((c) => (MARK.test(c) ? c : ""));
}

function cases(text: readonly string[]): string[] {
  return text.filter((c) => !MARK.test(c)).map((c) => (/^\p{Lu}$/u.test(c) ? "1" : "0"));
}

/** White space, then punctuation, then symbols, then digits, then letters. */
function classOf(c: string): number {
  if (/^\s$/.test(c)) return 0;
  if (PUNCTUATION.includes(c)) return 1;
  if (/^\p{N}$/u.test(c)) return 3;
  if (/^\p{Alphabetic}$/u.test(c)) return 4;
  return 2;
}

function order(a: readonly string[], b: readonly string[]): number {
  for (let at = 0; at < Math.min(a.length, b.length); at += 1) {
    const difference = byCodePoints(a[at]!, b[at]!);
    if (difference !== 0) return difference;
  }
  return Math.sign(a.length - b.length);
}

function byCodePoints(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  for (let at = 0; at < Math.min(left.length, right.length); at += 1) {
    const difference = left[at]!.codePointAt(0)! - right[at]!.codePointAt(0)!;
    if (difference !== 0) return Math.sign(difference);
  }
  return Math.sign(left.length - right.length);
}
