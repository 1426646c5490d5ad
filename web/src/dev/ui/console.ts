// The console panel: what scripts print, with level and source place. It keeps the last lines only, and folds repeats.
import type { Level } from "../protocol.ts";
import { byId, make } from "./element.ts";

const KEPT_LINES = 500;

interface Line {
  key: string;
  times: number;
  badge: HTMLElement | null;
  element: HTMLElement;
}

export class ConsolePanel {
  readonly #panel = byId("console");
  readonly #toggle = byId("console-toggle");
  readonly #lines = byId("console-lines");
  readonly #count = byId("console-count");
  readonly #last = byId("console-last");
  #previous: Line | null = null;
  #unseen = 0;

  constructor() {
    this.#toggle.onclick = () => this.open(!this.isOpen);
    byId("console-clear").onclick = () => this.clear();
  }

  get isOpen(): boolean {
    return this.#panel.dataset["open"] === "true";
  }

  open(open: boolean): void {
    this.#panel.dataset["open"] = String(open);
    this.#toggle.setAttribute("aria-expanded", String(open));
    if (!open) return;
    this.#unseen = 0;
    this.#count.hidden = true;
    this.#lines.scrollTop = this.#lines.scrollHeight;
  }

  clear(): void {
    this.#lines.replaceChildren();
    this.#last.textContent = "";
    this.#previous = null;
    this.#unseen = 0;
    this.#count.hidden = true;
  }

  write(level: Level, text: string, source: string | null = null): void {
    const atEnd = this.#lines.scrollTop + this.#lines.clientHeight >= this.#lines.scrollHeight - 24;
    const key = `${level}\n${source}\n${text}`;
    if (this.#previous?.key === key) this.#repeat(this.#previous);
    else this.#append(level, text, source, key);
    if (atEnd) this.#lines.scrollTop = this.#lines.scrollHeight;
    this.#last.textContent = text.split("\n", 1)[0] ?? "";
    if (!this.isOpen && level !== "system") this.#badge(level);
  }

  #append(level: Level, text: string, source: string | null, key: string): void {
    const line = make("div", "line");
    line.dataset["level"] = level;
    line.append(make("pre", "text", text), make("span", "where", source ?? ""));
    this.#lines.append(line);
    this.#previous = { key, times: 1, badge: null, element: line };
    if (this.#lines.childElementCount > KEPT_LINES) this.#lines.firstElementChild?.remove();
  }

  #repeat(previous: Line): void {
    previous.times += 1;
    if (previous.badge === null) {
      previous.badge = make("span", "times");
      previous.element.querySelector("pre")?.append(previous.badge);
    }
    previous.badge.textContent = `×${previous.times}`;
  }

  #badge(level: Level): void {
    this.#unseen += 1;
    this.#count.hidden = false;
    this.#count.textContent = this.#unseen > 99 ? "99+" : String(this.#unseen);
    if (level === "error" || level === "fault") this.#count.dataset["level"] = "error";
    else if (this.#unseen === 1) delete this.#count.dataset["level"];
  }
}
