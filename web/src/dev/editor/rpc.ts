// JSON-RPC over a WebSocket: requests, notifications, cancellation. It knows nothing of languages.

interface Message {
  id?: number | string;
  method?: string;
  params?: unknown;
  result?: unknown;
  error?: { code: number; message: string };
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** What stops a request: Monaco's tokens have this shape. */
export interface Cancellation {
  readonly isCancellationRequested: boolean;
  onCancellationRequested(listener: () => void): { dispose(): void };
}

/** The server would not answer because the text has changed, or because it was asked not to. */
const OVERTAKEN = new Set([-32800, -32801, -32802]);

export class RpcError extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

export class Rpc {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, Waiting>();
  readonly #notified = new Map<string, (params: never) => void>();
  readonly #asked = new Map<string, (params: never) => unknown>();
  #next = 1;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.onmessage = ({ data }: MessageEvent<string>) => this.#receive(JSON.parse(data) as Message);
    socket.addEventListener("close", () => {
      for (const waiting of this.#waiting.values()) waiting.reject(new RpcError(-32800, "the connection is gone"));
      this.#waiting.clear();
    });
  }

  /** An open connection, or a rejection. */
  static connect(url: string): Promise<{ rpc: Rpc; closed: Promise<void> }> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(url);
      const closed = new Promise<void>((over) => socket.addEventListener("close", () => over()));
      socket.onopen = () => resolve({ rpc: new Rpc(socket), closed });
      socket.onerror = () => reject(new Error("the language server cannot be reached"));
    });
  }

  onNotification<P>(method: string, handler: (params: P) => void): void {
    this.#notified.set(method, handler);
  }

  onRequest<P>(method: string, handler: (params: P) => unknown): void {
    this.#asked.set(method, handler);
  }

  notify(method: string, params: unknown): void {
    this.#send({ method, params });
  }

  request<T>(method: string, params: unknown, cancellation?: Cancellation): Promise<T> {
    const id = this.#next++;
    this.#send({ id, method, params });
    const stop = cancellation?.onCancellationRequested(() => this.notify("$/cancelRequest", { id }));
    const answer = new Promise<unknown>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    return answer.finally(() => stop?.dispose()) as Promise<T>;
  }

  /** The answer, or null where an edit overtook the question: the editor will ask again. */
  async ask<T>(method: string, params: unknown, cancellation?: Cancellation): Promise<T | null> {
    try {
      return await this.request<T>(method, params, cancellation);
    } catch (error) {
      if (error instanceof RpcError && OVERTAKEN.has(error.code)) return null;
      throw error;
    }
  }

  #send(message: Message): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify({ jsonrpc: "2.0", ...message }));
  }

  #receive(message: Message): void {
    if (message.method !== undefined) {
      const { method, id } = message;
      if (id === undefined) return this.#notified.get(method)?.(message.params as never);
      return this.#send({ id, result: this.#asked.get(method)?.(message.params as never) ?? null });
    }
    const waiting = this.#waiting.get(message.id as number);
    this.#waiting.delete(message.id as number);
    if (message.error) waiting?.reject(new RpcError(message.error.code, message.error.message));
    else waiting?.resolve(message.result ?? null);
  }
}
