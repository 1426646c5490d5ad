// The top bar: project name, connection status, navigation mode, balance.
import type { State } from "../connection.ts";
import { byId } from "./element.ts";

const WORDS: Record<State | "fault", string> = { connecting: "Connecting", live: "Live", offline: "Reconnecting", fault: "Faulted" };

export class Bar {
  readonly #status = byId("status");
  readonly #balance = byId("balance");

  project(name: string): void {
    byId("project").textContent = name;
    document.title = `${name} · MOSL`;
  }

  state(state: State | "fault"): void {
    this.#status.dataset["state"] = state;
    this.#status.textContent = WORDS[state];
  }

  get balance(): string {
    return this.#balance.textContent ?? "";
  }

  set balance(amount: string) {
    if (this.balance === amount) return;
    const chip = this.#balance.parentElement;
    this.#balance.textContent = amount;
    chip?.classList.remove("bump");
    void chip?.offsetWidth; // Restarts the animation.
    chip?.classList.add("bump");
  }
}
