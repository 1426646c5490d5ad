// What a browser must have for objects to run in it, and the words for those that lack it.

/** `(module (type (struct)))`, `(module (func (block (result exnref) (try_table …))))`, and an import of a string function with a wrong type. */
const GC = [0, 97, 115, 109, 1, 0, 0, 0, 1, 3, 1, 95, 0];
const EXNREF = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 8, 1, 6, 0, 31, 64, 0, 11, 11];
const STRINGS = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 2, 23, 1, 14, 119, 97, 115, 109, 58, 106, 115, 45, 115, 116, 114, 105, 110, 103, 4, 99, 97, 115, 116, 0, 0];

/** How modules are compiled: strings are JavaScript's, and literals are imports of the module `_`. */
export const COMPILE_OPTIONS = { builtins: ["js-string"], importedStringConstants: "_" };

type Validate = (bytes: BufferSource, options?: typeof COMPILE_OPTIONS) => boolean;

/** What is missing; null where objects run. */
export function missingFeature(): string | null {
  if (typeof WebAssembly !== "object") return "WebAssembly";
  const validate = WebAssembly.validate as Validate;
  if (!validate(new Uint8Array(GC))) return "WebAssembly's garbage-collected objects";
  if (!validate(new Uint8Array(EXNREF))) return "WebAssembly's exception handling";
  // Where the names are known, a wrong type is an error.
  if (validate(new Uint8Array(STRINGS), COMPILE_OPTIONS)) return "WebAssembly's use of the browser's strings";
  return null;
}

/** The message for someone whose browser cannot show an object. */
export function unsupportedMessage(missing: string): string {
  return `This object needs a newer browser: yours lacks ${missing}. Chrome and Edge 137, Firefox 134, Safari 26 and later have it.`;
}

/** Why an object cannot run here at all. */
export class UnsupportedBrowser extends Error {
  readonly missing: string;

  constructor(missing: string) {
    super(unsupportedMessage(missing));
    this.name = "UnsupportedBrowser";
    this.missing = missing;
  }
}
