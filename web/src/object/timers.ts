// What waits for a moment of an object's own time: in the order in which it is due, then by age, as on the nodes' engines.

interface Waiting {
  id: number;
  due: number;
  order: number;
}

export class TimerQueue {
  readonly #waiting: Waiting[] = [];
  #entered = 0;
  /** Milliseconds since the object began. */
  now = 0;

  start(id: number, delay: number): void {
    this.#entered += 1;
    const timer = { id, due: this.now + delay, order: this.#entered };
    let at = this.#waiting.length;
    while (at > 0 && this.#waiting[at - 1]!.due > timer.due) at -= 1;
    this.#waiting.splice(at, 0, timer);
  }

  stop(id: number): void {
    const at = this.#waiting.findIndex((timer) => timer.id === id);
    if (at >= 0) this.#waiting.splice(at, 1);
  }

  /** When the next is due; null where none waits. */
  get next(): number | null {
    return this.#waiting[0]?.due ?? null;
  }

  /** Takes the first that is due by then; time moves to it. */
  take(until: number): number | null {
    const first = this.#waiting[0];
    if (first === undefined || first.due > until) return null;
    this.#waiting.shift();
    this.now = Math.max(this.now, first.due);
    return first.id;
  }

  get size(): number {
    return this.#waiting.length;
  }
}
