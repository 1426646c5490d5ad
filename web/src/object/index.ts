// mark.js: MOSL objects in web pages. `load` puts one into a three.js scene; `<mark-object src="…">` shows one anywhere. No dependency but
// three.js.
import { defineElement } from "./element.ts";

export { defineElement, MarkObjectElement } from "./element.ts";
export { load, LoadedObject, type LoadOptions, show } from "./load.ts";
export { compile, Program, type ProgramHost } from "./program.ts";
export { type ObjectEvent, Runner, type RunnerOptions } from "./runner.ts";
export { missingFeature, UnsupportedBrowser, unsupportedMessage } from "./support.ts";
export { Amount, type HostValue, Vector } from "./values.ts";
export { defaultHost, type HeldPayment, type ObjectHost, type PaymentRequest } from "./world.ts";

defineElement();
