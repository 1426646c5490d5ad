// Whether the object runs in this page or on the server, for the rest of the page: who it talks to. What runs it is fetched when the server
// says that pages do; a browser that cannot is shown the server's object.
import type { ObjectInPage, Surroundings, Version } from "./in-page.ts";
import type { FromServer, ToServer } from "./protocol.ts";

interface Page extends Pick<Surroundings, "deltas" | "say" | "notify"> {
  /** To the server. */
  send(message: ToServer): void;
}

export class LocalObject {
  readonly #page: Page;
  #welcome: Extract<FromServer, { type: "welcome" }> | null = null;
  #object: Promise<ObjectInPage | null> | null = null;
  #running: ObjectInPage | null = null;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Whether the object runs in this page. */
  get runs(): boolean {
    return this.#running !== null;
  }

  welcome(message: Extract<FromServer, { type: "welcome" }>): void {
    this.#welcome = message;
  }

  /** Runs a version of the object here. */
  async run(version: Version): Promise<void> {
    try {
      this.#object ??= this.#open();
      const object = await this.#object;
      if (object === null) return this.#page.send({ type: "run-on-server" });
      this.#running = object;
      await object.run(version);
    } catch (error) {
      const text = `The object cannot be started here: ${error instanceof Error ? error.message : String(error)}`;
      this.#page.send({ type: "log", level: "fault", text });
      this.#page.say({ type: "fault", text, restarting: false });
    }
  }

  step(seconds: number): void {
    this.#running?.step(seconds);
  }

  /** To whoever runs the object. */
  send(message: ToServer): void {
    if (this.#running === null) this.#page.send(message);
    else this.#running.handle(message);
  }

  async #open(): Promise<ObjectInPage | null> {
    const bundle = "/in-page.js"; // Not part of this bundle.
    const { ObjectInPage, missingFeature } = (await import(bundle)) as typeof import("./in-page.ts");
    const missing = missingFeature();
    if (missing !== null) {
      this.#page.notify(`This browser lacks ${missing}: the object runs on the server instead.`);
      return null;
    }
    return new ObjectInPage({
      ...this.#page,
      project: this.#welcome?.project ?? "",
      visitorName: this.#welcome?.visitor.name ?? "visitor",
      log: (level, text) => this.#page.send({ type: "log", level, text }),
    });
  }
}
