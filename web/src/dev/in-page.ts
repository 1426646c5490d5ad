// The object in this page instead of on the server (`mosl dev --in-browser`): it answers what the server would answer, so that the page is the
// same otherwise. Money is play money of this browser: what is held is taken when the object accepts it, so that nothing is lost
// when the page is closed in between. A bundle of its own, fetched by who needs it.
import { type Engine, inPage } from "../object/engine.ts";
import type { ObjectEvent } from "../object/runner.ts";
import { Amount } from "../object/values.ts";
import type { HeldPayment, ObjectHost, PaymentRequest } from "../object/world.ts";
import type { SceneMirror } from "../runtime/mirror.ts";
import type { FromServer, ToServer } from "./protocol.ts";

export { missingFeature } from "../object/support.ts";

type Delta = Parameters<SceneMirror["apply"]>[0][number];

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

const FIRST_BALANCE = "100";
/** Steps as long as the server's ticks. */
const MOST_SECONDS = 0.1;

/** A question that the visitor has not answered. */
interface Question {
  amount: Amount;
  answer(outcome: HeldPayment | { declined: string }): void;
}

export class ObjectInPage {
  readonly #around: Surroundings;
  readonly #kept: Kept;
  #engine: Engine | null = null;
  #identity = "";
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
  async run(url: string, identity: string): Promise<void> {
    this.#version += 1;
    const version = this.#version;
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${url}: ${response.status} ${response.statusText}`);
    const bytes = await response.arrayBuffer();
    if (version !== this.#version) return;
    this.stop();
    this.#identity = identity;
    this.#around.deltas([{ op: "reset" }]);
    const engine = await inPage(bytes, this.#host(), {
      deltas: (deltas) => this.#around.deltas(deltas),
      fault: (text) => {
        this.#around.log("fault", text);
        this.#around.say({ type: "fault", text, restarting: true });
      },
    });
    if (version === this.#version) this.#engine = engine;
    else engine.stop();
  }

  stop(): void {
    for (const id of [...this.#questions.keys()]) this.#decline(id, "the object stopped");
    this.#engine?.stop();
    this.#engine = null;
  }

  step(seconds: number): void {
    this.#engine?.step(Math.min(seconds, MOST_SECONDS));
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
      send: () => "an object that runs in the page cannot send: its owner's wallet is on the server",
      balance: () => new Amount(0n),
      budget: () => new Amount(0n),
      stored: () => this.#kept.fields(),
      save: (key, value) => this.#kept.save(key, value),
    };
  }

  #ask({ amount, memo, object }: PaymentRequest): Promise<HeldPayment | { declined: string }> {
    this.#asked += 1;
    const id = String(this.#asked);
    const affordable = this.#kept.balance - this.#held >= amount.units;
    return new Promise((answer) => {
      this.#questions.set(id, { amount, answer });
      const payee = `owner of ${this.#around.project}`;
      const asking = { name: object, identity: this.#identity };
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
      this.#kept.balance -= paid;
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

/** What this browser keeps of an object: its persisted fields and the visitor's play money. Without storage, as long as the page is open. */
class Kept {
  readonly #key: string;
  readonly #fields: Map<string, string>;
  #balance: bigint;

  constructor(key: string) {
    this.#key = key;
    const { balance, fields } = read(key);
    this.#balance = (Amount.parse(balance) ?? Amount.parse(FIRST_BALANCE)!).units;
    this.#fields = new Map(Object.entries(fields));
  }

  get balance(): bigint {
    return this.#balance;
  }

  set balance(units: bigint) {
    this.#balance = units;
    this.#write();
  }

  fields(): Record<string, string> {
    return Object.fromEntries(this.#fields);
  }

  save(key: string, value: string): void {
    this.#fields.set(key, value);
    this.#write();
  }

  #write(): void {
    try {
      localStorage.setItem(this.#key, JSON.stringify({ balance: new Amount(this.#balance).toString(), fields: this.fields() }));
    } catch {
      // Storage is blocked or full.
    }
  }
}

/** Anyone may have written it. */
function read(key: string): { balance: string; fields: Record<string, string> } {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(key) ?? "null");
    const { balance, fields } = (found ?? {}) as { balance?: unknown; fields?: unknown };
    const texts = Object.entries(fields ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === "string");
    return { balance: typeof balance === "string" ? balance : FIRST_BALANCE, fields: Object.fromEntries(texts) };
  } catch {
    return { balance: FIRST_BALANCE, fields: {} };
  }
}
