// The object in this page instead of on the server (`mosl dev --in-browser`): it answers what the server would answer, so that the page is the
// same otherwise. Money is play money of this browser, the owner's too: what is held is taken when the object accepts it, so that
// nothing is lost when the page is closed in between. A bundle of its own, fetched by who needs it.
import { type Engine, inPage } from "../object/engine.ts";
import { compile } from "../object/program.ts";
import type { ObjectEvent } from "../object/runner.ts";
import { Amount } from "../object/values.ts";
import type { HeldPayment, ObjectHost, PaymentRequest } from "../object/world.ts";
import type { SceneMirror } from "../runtime/mirror.ts";
import type { FromServer, ToServer } from "./protocol.ts";

export { missingFeature } from "../object/support.ts";

type Delta = Parameters<SceneMirror["apply"]>[0][number];

/** A version of the object, as the server tells of it. */
export type Version = Extract<FromServer, { type: "object" }>;

export interface Surroundings {
  /** Names what is kept in this browser. */
  project: string;
  visitorName: string;
  deltas(deltas: Delta[]): void;
  /** What the server would have said. */
  say(message: FromServer): void;
  /** For the server's terminal. */
  log(level: "log" | "error" | "fault", text: string): void;
  notify(text: string): void;
}

/** What the visitor and the owner begin with. */
const FIRST_BALANCE = new Amount(100n * 10n ** 18n);

/** A question that the visitor has not answered. */
interface Question {
  amount: Amount;
  answer(outcome: HeldPayment | { declined: string }): void;
}

export class ObjectInPage {
  readonly #around: Surroundings;
  readonly #kept: Kept;
  #engine: Engine | null = null;
  #shown: Version | null = null;
  /** Grows with each version, so that a slow one does not replace its successor. */
  #version = 0;
  #questions = new Map<string, Question>();
  #asked = 0;
  #held = 0n;

  constructor(around: Surroundings) {
    this.#around = around;
    this.#kept = new Kept(`mosl.object.${around.project}`);
    this.#tellBalance();
  }

  /** Fetches a version and runs it in the place of the one before; what that persisted goes on. */
  async run(shown: Version): Promise<void> {
    const { url } = shown;
    this.#version += 1;
    const version = this.#version;
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${url}: ${response.status} ${response.statusText}`);
    const module = await compile(response);
    if (version !== this.#version) return;
    this.stop();
    this.#shown = shown;
    this.#around.deltas([{ op: "reset" }]);
    this.#engine = inPage(module, this.#host(), {
      deltas: (deltas) => this.#around.deltas(deltas),
      fault: (text) => {
        this.#around.log("fault", text);
        this.#around.say({ type: "fault", text, restarting: true });
      },
    });
  }

  stop(): void {
    for (const id of [...this.#questions.keys()]) this.#decline(id, "the object stopped");
    this.#engine?.stop();
    this.#engine = null;
  }

  step(seconds: number): void {
    this.#engine?.step(seconds);
  }

  /** What the page would have said to the server. */
  handle(message: ToServer): void {
    if (message.type === "answer") return this.#answered(message.id, message.accept);
    const event = eventOf(message);
    if (event !== null) this.#engine?.handle(event);
  }

  #host(): ObjectHost {
    return {
      visitorName: this.#around.visitorName,
      log: (level, text) => {
        this.#around.log(level, text);
        this.#around.say({ type: "log", level, text, source: null });
      },
      notify: (text) => this.#around.notify(text),
      requestPayment: (request) => this.#ask(request),
      send: (amount) => this.#send(amount),
      balance: () => new Amount(this.#kept.owner),
      budget: () => this.#budget(),
      stored: () => this.#kept.fields(),
      save: (key, value) => this.#kept.save(key, value),
    };
  }

  #budget(): Amount {
    const left = (Amount.parse(this.#shown?.perDay ?? "")?.units ?? 0n) - this.#kept.sentToday;
    return new Amount(left > 0n ? left : 0n);
  }

  #send(amount: Amount): string {
    this.#kept.send(amount.units);
    this.#tellBalance();
    return "";
  }

  #ask({ amount, memo, object }: PaymentRequest): Promise<HeldPayment | { declined: string }> {
    const shown = this.#shown;
    if (shown?.receives !== true) return Promise.resolve({ declined: "this project may not ask for money" });
    this.#asked += 1;
    const id = String(this.#asked);
    const affordable = this.#kept.balance - this.#held >= amount.units;
    return new Promise((answer) => {
      this.#questions.set(id, { amount, answer });
      const payee = `owner of ${this.#around.project}`;
      const asking = { name: object, identity: shown.identity };
      this.#around.say({ type: "prompt", id, amount: amount.toString(), payee, memo, object: asking, affordable });
    });
  }

  #answered(id: string, accept: boolean): void {
    const question = this.#questions.get(id);
    if (question === undefined) return;
    if (!accept) return this.#decline(id, "the visitor declined");
    if (this.#kept.balance - this.#held < question.amount.units) return this.#decline(id, "the visitor cannot afford it");
    this.#questions.delete(id);
    const { units } = question.amount;
    this.#held += units;
    this.#tellBalance();
    const settle = (paid: bigint): void => {
      this.#held -= units;
      this.#kept.pay(paid);
      this.#tellBalance();
    };
    question.answer({ accept: () => settle(units), refund: () => settle(0n) });
  }

  #decline(id: string, declined: string): void {
    this.#questions.get(id)?.answer({ declined });
    this.#questions.delete(id);
    this.#around.say({ type: "prompt-closed", id });
  }

  #tellBalance(): void {
    this.#around.say({ type: "balance", amount: new Amount(this.#kept.balance - this.#held).toString() });
  }
}

function eventOf(message: ToServer): ObjectEvent | null {
  switch (message.type) {
    case "click":
      return { type: "click", node: message.node };
    case "hover":
      return { type: message.over ? "hover-start" : "hover-end", node: message.node };
    case "move":
      return { type: "move", position: message.position };
    default:
      return null;
  }
}

/** What this browser keeps of an object: its persisted fields and play money. Without storage, as long as the page is open. */
class Kept {
  readonly #key: string;
  readonly #state: State;

  constructor(key: string) {
    this.#key = key;
    this.#state = read(key);
  }

  /** The visitor's. */
  get balance(): bigint {
    return unitsOf(this.#state.balance);
  }

  get owner(): bigint {
    return unitsOf(this.#state.owner);
  }

  get sentToday(): bigint {
    return this.#state.day === today() ? unitsOf(this.#state.sent) : 0n;
  }

  /** From the visitor to the owner. */
  pay(units: bigint): void {
    this.#change({ balance: text(this.balance - units), owner: text(this.owner + units) });
  }

  /** From the owner to the visitor. */
  send(units: bigint): void {
    const sent = text(this.sentToday + units);
    this.#change({ balance: text(this.balance + units), owner: text(this.owner - units), sent, day: today() });
  }

  fields(): Record<string, string> {
    return { ...this.#state.fields };
  }

  save(key: string, value: string): void {
    this.#change({ fields: { ...this.#state.fields, [key]: value } });
  }

  #change(change: Partial<State>): void {
    Object.assign(this.#state, change);
    try {
      localStorage.setItem(this.#key, JSON.stringify(this.#state));
    } catch {
      // Storage is blocked or full.
    }
  }
}

/** Amounts as text. */
interface State {
  balance: string;
  owner: string;
  sent: string;
  /** On which `sent` was sent. */
  day: string;
  fields: Record<string, string>;
}

const text = (units: bigint): string => new Amount(units).toString();
const unitsOf = (amount: string): bigint => (Amount.parse(amount) ?? FIRST_BALANCE).units;
const today = (): string => new Date().toISOString().slice(0, 10);

/** Anyone may have written it. */
function read(key: string): State {
  let found: Partial<Record<keyof State, unknown>> = {};
  try {
    found = (JSON.parse(localStorage.getItem(key) ?? "{}") ?? {}) as typeof found;
  } catch {
    // Storage is blocked, or what is there is not ours.
  }
  const string = (value: unknown, otherwise: string): string => (typeof value === "string" ? value : otherwise);
  const first = FIRST_BALANCE.toString();
  const fields = Object.entries(found.fields ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  return {
    balance: string(found.balance, first),
    owner: string(found.owner, first),
    sent: string(found.sent, "0"),
    day: string(found.day, ""),
    fields: Object.fromEntries(fields),
  };
}
