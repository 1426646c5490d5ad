// Where an object runs: in the page itself, or in a worker that can be ended whatever the object does.
import type { Delta } from "../deltas.generated.ts";
import { type ObjectEvent, Runner } from "./runner.ts";
import { Amount } from "./values.ts";
import type { HeldPayment, ObjectHost } from "./world.ts";

export interface Engine {
  /** Lets time pass, in seconds. */
  step(seconds: number): void;
  handle(event: ObjectEvent): void;
  stop(): void;
}

/** What comes out of an object. */
export interface Watch {
  deltas(deltas: Delta[]): void;
  fault(text: string, restartIn: number): void;
}

export function inPage(module: WebAssembly.Module, host: ObjectHost, watch: Watch): Engine {
  const runner = new Runner(module, { host, ...watch });
  runner.start();
  return runner;
}

/** From the page to its worker. */
export type ToWorker =
  | { type: "start"; bytes: ArrayBuffer; visitorName: string; balance: bigint; budget: bigint; stored: Readonly<Record<string, string>> }
  | { type: "step"; seconds: number; number: number }
  | { type: "event"; event: ObjectEvent }
  | { type: "paid"; request: number; declined: string | null }
  | { type: "stop" };

/** From the worker to its page. */
export type FromWorker =
  | { type: "started" }
  | { type: "refused"; text: string; missing: string | null }
  | { type: "stepped"; number: number }
  | { type: "deltas"; deltas: Delta[] }
  | { type: "fault"; text: string; restartIn: number }
  | { type: "log"; level: "log" | "error"; text: string }
  | { type: "notify"; text: string }
  | { type: "save"; key: string; value: string }
  | { type: "pay"; request: number; amount: bigint; memo: string; object: string }
  | { type: "settle"; request: number; how: "accept" | "refund" }
  | { type: "send"; amount: bigint; memo: string };

/** Seconds until an object that hung is started again. */
const RESTART = 1;

/** An object in a worker. One that does not answer for `patience` seconds is ended, and starts again. */
export async function inWorker(bytes: ArrayBuffer, host: ObjectHost, watch: Watch, script: string | URL, patience: number): Promise<Engine> {
  const isolated = new Isolated(bytes, host, watch, script, patience);
  await isolated.launch();
  return isolated;
}

class Isolated implements Engine {
  readonly #bytes: ArrayBuffer;
  readonly #host: ObjectHost;
  readonly #watch: Watch;
  readonly #script: string | URL;
  readonly #patience: number;
  #worker: Worker | null = null;
  /** Steps that the worker was asked for and has not answered: the first one's time. */
  #asked = 0;
  #answered = 0;
  #waitingSince = 0;
  #due = 0;
  #held = new Map<number, HeldPayment>();

  constructor(bytes: ArrayBuffer, host: ObjectHost, watch: Watch, script: string | URL, patience: number) {
    this.#bytes = bytes;
    this.#host = host;
    this.#watch = watch;
    this.#script = script;
    this.#patience = patience;
  }

  launch(): Promise<void> {
    const worker = new Worker(this.#script, { type: "module" });
    this.#worker = worker;
    this.#asked = this.#answered = 0;
    this.#waitingSince = performance.now();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#end("the object did not start in time");
        reject(new Error("the object did not start in time"));
      }, this.#patience * 1000);
      worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
        if (data.type === "started" || data.type === "refused") clearTimeout(timer);
        if (data.type === "started") resolve();
        else if (data.type === "refused") reject(new Error(data.text));
        else if (this.#worker === worker) this.#receive(data);
      };
      worker.onerror = (event) => reject(new Error(`the worker cannot start: ${event.message}`));
      const { visitorName } = this.#host;
      const [balance, budget] = [this.#host.balance().units, this.#host.budget().units];
      this.#send({ type: "start", bytes: this.#bytes, visitorName, balance, budget, stored: this.#host.stored() });
    });
  }

  step(seconds: number): void {
    const now = performance.now();
    if (this.#worker === null) {
      if (this.#due !== 0 && now >= this.#due) {
        this.#due = 0;
        this.launch().catch((error: unknown) => this.#watch.fault(String(error), RESTART));
      }
      return;
    }
    if (this.#asked > this.#answered) {
      if (now - this.#waitingSince > this.#patience * 1000) this.#end(`the object did not answer for ${this.#patience} s`);
      return;
    }
    this.#asked += 1;
    this.#waitingSince = now;
    this.#send({ type: "step", seconds, number: this.#asked });
  }

  handle(event: ObjectEvent): void {
    this.#send({ type: "event", event });
  }

  stop(): void {
    this.#send({ type: "stop" });
    const worker = this.#worker;
    this.#worker = null;
    this.#due = 0;
    // A moment for `onStop`; then it is over.
    setTimeout(() => {
      worker?.terminate();
      this.#refundAll();
    }, 100);
  }

  #send(message: ToWorker): void {
    this.#worker?.postMessage(message);
  }

  /** Ends the worker, whatever it does; the object starts again. */
  #end(text: string): void {
    this.#worker?.terminate();
    this.#worker = null;
    this.#due = performance.now() + RESTART * 1000;
    this.#refundAll();
    this.#watch.deltas([{ op: "reset" }]);
    this.#watch.fault(text, RESTART);
  }

  #refundAll(): void {
    for (const payment of this.#held.values()) payment.refund();
    this.#held = new Map();
  }

  #receive(message: FromWorker): void {
    switch (message.type) {
      case "stepped":
        this.#answered = message.number;
        return;
      case "deltas":
        return this.#watch.deltas(message.deltas);
      case "fault":
        return this.#watch.fault(message.text, message.restartIn);
      case "log":
        return this.#host.log(message.level, message.text);
      case "notify":
        return this.#host.notify(message.text);
      case "save":
        return this.#host.save(message.key, message.value);
      case "pay":
        return this.#pay(message);
      case "settle": {
        const payment = this.#held.get(message.request);
        this.#held.delete(message.request);
        return payment?.[message.how]();
      }
      case "send":
        this.#host.send(new Amount(message.amount), message.memo);
    }
  }

  #pay({ request, amount, memo, object }: Extract<FromWorker, { type: "pay" }>): void {
    const [worker, held] = [this.#worker, this.#held];
    this.#host.requestPayment({ amount: new Amount(amount), memo, object }).then(
      (answer) => {
        if ("declined" in answer) return this.#send({ type: "paid", request, declined: answer.declined });
        // The object that asked is gone.
        if (this.#worker !== worker) return answer.refund();
        held.set(request, answer);
        this.#send({ type: "paid", request, declined: null });
      },
      () => this.#send({ type: "paid", request, declined: "the wallet failed" }),
    );
  }
}
