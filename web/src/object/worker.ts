// The script of a worker that holds one object: messages in, deltas out. The other end is `Isolated` in engine.ts.
import type { FromWorker, ToWorker } from "./engine.ts";
import { compile } from "./program.ts";
import { Runner } from "./runner.ts";
import { UnsupportedBrowser } from "./support.ts";
import { Amount } from "./values.ts";
import type { HeldPayment, ObjectHost } from "./world.ts";

let runner: Runner | null = null;
let lastRequest = 0;
const asked = new Map<number, (answer: HeldPayment | { declined: string }) => void>();

const send = (message: FromWorker): void => postMessage(message);

function hostOf(start: Extract<ToWorker, { type: "start" }>): ObjectHost {
  const stored = new Map(Object.entries(start.stored));
  let { balance, budget } = start;
  return {
    visitorName: start.visitorName,
    log: (level, text) => send({ type: "log", level, text }),
    notify: (text) => send({ type: "notify", text }),
    balance: () => new Amount(balance),
    budget: () => new Amount(budget),
    send: (amount, memo) => {
      balance -= amount.units;
      budget -= amount.units;
      send({ type: "send", amount: amount.units, memo });
      return "";
    },
    stored: () => Object.fromEntries(stored),
    save: (key, value) => {
      stored.set(key, value);
      send({ type: "save", key, value });
    },
    requestPayment: ({ amount, memo, object }) => new Promise((resolve) => {
      lastRequest += 1;
      asked.set(lastRequest, resolve);
      send({ type: "pay", request: lastRequest, amount: amount.units, memo, object });
    }),
  };
}

async function start(message: Extract<ToWorker, { type: "start" }>): Promise<void> {
  try {
    const module = await compile(message.bytes);
    runner = new Runner(module, {
      host: hostOf(message),
      fuel: message.fuel,
      deltas: (deltas) => send({ type: "deltas", deltas }),
      fault: (text, restartIn) => send({ type: "fault", text, restartIn }),
    });
    runner.start();
    send({ type: "started" });
  } catch (error) {
    const missing = error instanceof UnsupportedBrowser ? error.missing : null;
    send({ type: "refused", text: error instanceof Error ? error.message : String(error), missing });
  }
}

function paid({ request, declined }: Extract<ToWorker, { type: "paid" }>): void {
  const settle = (how: "accept" | "refund") => () => send({ type: "settle", request, how });
  asked.get(request)?.(declined === null ? { accept: settle("accept"), refund: settle("refund") } : { declined });
  asked.delete(request);
}

addEventListener("message", ({ data }: MessageEvent<ToWorker>) => {
  switch (data.type) {
    case "start":
      return void start(data);
    case "step":
      runner?.step(data.seconds);
      return send({ type: "stepped", number: data.number });
    case "event":
      return runner?.handle(data.event);
    case "paid":
      return paid(data);
    case "stop":
      return runner?.stop();
  }
});
