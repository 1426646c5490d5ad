// Writes batches by hand, byte for byte as host/src/delta/wire.rs does, so that the decoder is tested against the layout itself.

export class Batch {
  #bytes: number[] = [1];

  byte(...bytes: number[]): this {
    this.#bytes.push(...bytes);
    return this;
  }

  leb(value: number): this {
    let rest = value;
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.byte((rest & 127) | 128);
    return this.byte(rest);
  }

  f32(...values: number[]): this {
    return this.byte(...new Uint8Array(new Float32Array(values).buffer));
  }

  text(text: string): this {
    const bytes = new TextEncoder().encode(text);
    return this.leb(bytes.length).byte(...bytes);
  }

  get bytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}
