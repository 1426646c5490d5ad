// What the page and `mosl dev` say to each other in JSON, one message per text frame (scene deltas travel as binary frames). The
// other half is cli/src/dev/protocol.rs; amounts are text such as "5 MRK", already formatted: the page never computes with money.

export type FromServer =
  | { type: "welcome"; version: string; project: string; visitor: { id: string; name: string }; balance: string }
  | { type: "balance"; amount: string }
  | { type: "prompt"; id: string; amount: string; payee: string; memo: string; object: { name: string; identity: string }; affordable: boolean }
  | { type: "prompt-closed"; id: string }
  | { type: "log"; level: Level; text: string; source: string | null }
  | { type: "diagnostics"; text: string; errors: number; running: boolean }
  | { type: "compiled"; milliseconds: number; reloaded: boolean }
  | { type: "fault"; text: string; restarting: boolean }
  | { type: "assets-changed" }
  /** The object runs in the page: its file, at a new address with each version. */
  | { type: "object"; url: string; identity: string; receives: boolean; perDay: string | null };

export type Level = "debug" | "log" | "info" | "warn" | "error" | "fault" | "system";

export type Vector = [number, number, number];

export type ToServer =
  | { type: "click"; node: number; point: Vector }
  | { type: "hover"; node: number; over: boolean }
  | { type: "move"; position: Vector; direction: Vector }
  | { type: "answer"; id: string; accept: boolean }
  /** The object in the page printed this. */
  | { type: "log"; level: "log" | "error" | "fault"; text: string }
  /** This browser cannot run the object. */
  | { type: "run-on-server" };
