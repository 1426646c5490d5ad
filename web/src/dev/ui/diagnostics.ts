// The overlay with what the compiler said of the last save. It is not modal: the old object behind it still answers clicks.
import { byId } from "./element.ts";

export class DiagnosticsOverlay {
  readonly #dialog = byId<HTMLDialogElement>("diagnostics");

  constructor() {
    byId("diagnostics-close").onclick = () => this.hide();
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.#dialog.open && !byId<HTMLDialogElement>("payment").open) this.hide();
    });
  }

  show(text: string, errors: number, running: boolean): void {
    byId("diagnostics-title").textContent = errors === 1 ? "One error in the last save" : `${errors} errors in the last save`;
    byId("diagnostics-note").textContent = running ? "The version before it keeps running." : "Nothing runs yet: save a version that compiles.";
    byId("diagnostics-text").textContent = text.trim();
    if (this.#dialog.open) return;
    const focused = document.activeElement;
    this.#dialog.show();
    if (focused instanceof HTMLElement) focused.focus(); // `show` takes the focus; whoever was walking keeps walking.
  }

  hide(): void {
    if (this.#dialog.open) this.#dialog.close();
  }
}
