// The payment prompt: one dialog at a time, further requests wait their turn. It reports the visitor's answer and never moves money.
// `showModal` traps the focus and makes the rest of the page inert; Esc declines.
import type { FromServer } from "../protocol.ts";
import { byId } from "./element.ts";

type Prompt = Extract<FromServer, { type: "prompt" }>;

export class PaymentPrompt {
  readonly #dialog = byId<HTMLDialogElement>("payment");
  readonly #accept = byId<HTMLButtonElement>("payment-accept");
  readonly #answer: (id: string, accept: boolean) => void;
  readonly #balance: () => string;
  #queue: Prompt[] = [];

  constructor(answer: (id: string, accept: boolean) => void, balance: () => string) {
    this.#answer = answer;
    this.#balance = balance;
    this.#accept.onclick = () => this.#settle(true);
    byId("payment-decline").onclick = () => this.#settle(false);
    this.#dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.#settle(false);
    });
  }

  ask(prompt: Prompt): void {
    this.#queue.push(prompt);
    if (this.#queue.length === 1) this.#show();
  }

  /** The request is void: the object stopped, timed out or was answered in another tab. */
  close(id: string): void {
    const shown = this.#queue[0]?.id === id;
    this.#queue = this.#queue.filter((prompt) => prompt.id !== id);
    if (shown) this.#next();
  }

  clear(): void {
    this.#queue = [];
    this.#next();
  }

  #settle(accept: boolean): void {
    const prompt = this.#queue.shift();
    if (prompt !== undefined) this.#answer(prompt.id, accept);
    this.#next();
  }

  #next(): void {
    if (this.#dialog.open) this.#dialog.close();
    if (this.#queue.length > 0) this.#show();
  }

  #show(): void {
    const prompt = this.#queue[0];
    if (prompt === undefined) return;
    const [, figure = prompt.amount, unit = ""] = /^(\S+)\s*(.*)$/.exec(prompt.amount) ?? [];
    const amount = byId("payment-amount");
    amount.replaceChildren(figure);
    if (unit !== "") amount.append(small(unit));
    byId("payment-memo").textContent = prompt.memo;
    byId("payment-payee").textContent = prompt.payee;
    byId("payment-object").replaceChildren(prompt.object.name, small(prompt.object.identity));
    byId("payment-balance").textContent = this.#balance();
    this.#accept.disabled = !prompt.affordable;
    this.#accept.textContent = prompt.affordable ? "Accept" : "Not enough MRK";
    this.#dialog.showModal();
    (prompt.affordable ? this.#accept : byId("payment-decline")).focus();
  }
}

function small(text: string): HTMLElement {
  const element = document.createElement("small");
  element.textContent = text;
  return element;
}
