// The WebSocket to `mosl dev`: reconnects by itself with a growing pause, and hands out whole messages. It knows nothing of scenes.
import type { FromServer, ToServer } from "./protocol.ts";

export type State = "connecting" | "live" | "offline";

export interface Listeners {
  /** A new connection: everything that was known of the scene is void, a snapshot follows. */
  opened(): void;
  state(state: State): void;
  deltas(bytes: Uint8Array): void;
  message(message: FromServer): void;
}

const FIRST_PAUSE_MS = 150;
const LONGEST_PAUSE_MS = 2000;

export class Connection {
  readonly #url: string;
  readonly #listeners: Listeners;
  #socket: WebSocket | null = null;
  #pause = FIRST_PAUSE_MS;

  constructor(url: string, listeners: Listeners) {
    this.#url = url;
    this.#listeners = listeners;
    this.#connect();
  }

  /** Sends a message, or drops it while offline: an event of the past means nothing to a restarted object. */
  send(message: ToServer): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #connect(): void {
    const socket = new WebSocket(this.#url);
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    socket.onopen = () => {
      this.#pause = FIRST_PAUSE_MS;
      this.#listeners.opened();
      this.#listeners.state("live");
    };
    socket.onmessage = ({ data }: MessageEvent<ArrayBuffer | string>) => {
      if (typeof data === "string") this.#listeners.message(JSON.parse(data) as FromServer);
      else this.#listeners.deltas(new Uint8Array(data));
    };
    socket.onclose = () => {
      this.#listeners.state("offline");
      setTimeout(() => this.#connect(), this.#pause);
      this.#pause = Math.min(this.#pause * 1.6, LONGEST_PAUSE_MS);
    };
  }
}

/** This browser's visitor id: made once, kept in local storage, so that a reload finds the same wallet. */
export function visitorId(): string {
  const key = "mosl.visitor";
  const fresh = (): string => Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  try {
    const known = localStorage.getItem(key);
    if (known !== null && /^[0-9a-f]{8,64}$/.test(known)) return known;
    const id = fresh();
    localStorage.setItem(key, id);
    return id;
  } catch {
    return fresh(); // Storage is blocked: a visitor for this page only.
  }
}
