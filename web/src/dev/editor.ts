// The button that opens the page's own editor, and the room that it takes. The editor itself is fetched when it is first opened, so
// that visitors do not pay for it; `?edit` opens it at once.
import type { Editor } from "./editor/main.ts";
import { byId } from "./ui/element.ts";

const WIDTH_KEY = "mosl.editor-width";

export class EditorPanel {
  readonly #button = byId<HTMLButtonElement>("edit");
  readonly #panel = byId("editor");
  readonly #wait = byId("editor-wait");
  #editor: Editor | null = null;
  #opening = false;

  constructor() {
    this.#button.onclick = () => this.#toggle();
    this.#resizes();
    void this.#offer();
  }

  /** Files on the disk changed. */
  follow(): void {
    this.#editor?.follow();
  }

  /** Only who sits at this machine may edit: the server says whether that is so. */
  async #offer(): Promise<void> {
    const answer = await fetch("/files").catch(() => null);
    if (!answer?.ok) return;
    this.#button.hidden = false;
    if (new URLSearchParams(location.search).has("edit")) this.#toggle();
  }

  #toggle(): void {
    const open = this.#panel.hidden !== false;
    this.#button.setAttribute("aria-pressed", String(open));
    void this.#show(open);
  }

  async #show(open: boolean): Promise<void> {
    if (open && document.querySelector("#editor-style") === null) await this.#style();
    this.#panel.hidden = !open;
    document.body.dataset["editor"] = open ? "open" : "closed";
    if (open) await this.#fetch();
    if (open) this.#editor?.focus();
  }

  #style(): Promise<void> {
    const link = document.createElement("link");
    Object.assign(link, { id: "editor-style", rel: "stylesheet", href: "/editor-style.css" });
    return new Promise((resolve) => {
      link.onload = link.onerror = () => resolve();
      document.head.append(link);
    });
  }

  async #fetch(): Promise<void> {
    if (this.#editor !== null || this.#opening) return;
    this.#opening = true;
    this.#wait.dataset["failed"] = "false";
    this.#wait.textContent = "Fetching the editor";
    try {
      const bundle = "/editor.js"; // Not part of this bundle.
      const { openEditor } = (await import(bundle)) as typeof import("./editor/main.ts");
      this.#editor = await openEditor();
      this.#wait.hidden = true;
      byId("editor-text").hidden = false;
    } catch (error) {
      this.#wait.dataset["failed"] = "true";
      this.#wait.textContent = `The editor cannot be opened.\n${(error as Error).message}`;
    } finally {
      this.#opening = false;
    }
  }

  #resizes(): void {
    const edge = byId("editor-edge");
    const set = (width: string): void => document.body.style.setProperty("--editor-width", width);
    try {
      const known = localStorage.getItem(WIDTH_KEY);
      if (known !== null && /^\d+px$/.test(known)) set(known);
    } catch {
      // Storage is blocked: the width lasts as long as the page.
    }
    edge.onpointerdown = (down) => {
      edge.setPointerCapture(down.pointerId);
      edge.onpointermove = (move) => set(`${Math.round(move.clientX)}px`);
      edge.onpointerup = (up) => {
        edge.onpointermove = edge.onpointerup = null;
        try {
          localStorage.setItem(WIDTH_KEY, `${Math.round(up.clientX)}px`);
        } catch {
          // As above.
        }
      };
    };
  }
}
