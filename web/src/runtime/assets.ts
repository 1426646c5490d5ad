// Where an asset's name becomes a URL and a texture. Each texture is loaded once; a missing one is reported once and shown as
// a placeholder, so that a scene with a wrong path still looks whole.
import * as THREE from "three";

export type Report = (level: "warn" | "error", text: string) => void;

export class Assets {
  readonly #base: string;
  readonly #report: Report;
  readonly #changed: () => void;
  readonly #textures = new Map<string, Entry>();
  readonly #missing = new Set<string>();

  /** `base` is what relative asset paths are resolved against; `changed` runs when a load alters what is on screen. */
  constructor(base: string, report: Report, changed: () => void) {
    this.#base = base;
    this.#report = report;
    this.#changed = changed;
  }

  /** The URL of a project path such as `assets/door.png`; absolute `https:` and `data:` URLs stay as they are. */
  url(path: string): string {
    if (/^(https?|data|blob):/.test(path)) return path;
    return this.#base + path.split("/").filter((part) => part !== "" && part !== ".").map(encodeURIComponent).join("/");
  }

  /** The texture of an image, repeated so often across and up; `arrived` runs with its width / height ratio once it is known. */
  texture(path: string, repeat: readonly [number, number] = [1, 1], arrived: (aspect: number) => void = () => {}): THREE.Texture {
    const key = `${repeat[0]} ${repeat[1]} ${path}`;
    let entry = this.#textures.get(key);
    if (entry === undefined) {
      entry = { texture: newTexture(repeat), aspect: null, waiting: [] };
      this.#textures.set(key, entry);
      this.#load(path, entry);
    }
    if (entry.aspect === null) entry.waiting.push(arrived);
    else arrived(entry.aspect);
    return entry.texture;
  }

  #load(path: string, entry: Entry): void {
    if (typeof Image === "undefined") return; // Unit tests run without a browser.
    const image = new Image();
    const settle = (source: HTMLImageElement | HTMLCanvasElement): void => {
      entry.texture.image = source;
      entry.texture.needsUpdate = true;
      entry.aspect = source.width / Math.max(1, source.height);
      for (const arrived of entry.waiting.splice(0)) arrived(entry.aspect);
      this.#changed();
    };
    image.crossOrigin = "anonymous";
    image.onload = () => settle(image);
    image.onerror = () => {
      this.missing("picture", path);
      settle(placeholder(path));
    };
    image.src = this.url(path);
  }

  /** Says once that an asset could not be loaded. */
  missing(kind: string, path: string): void {
    if (this.#missing.has(path)) return;
    this.#missing.add(path);
    this.#report("warn", `The ${kind} \`${path}\` could not be loaded; a placeholder stands in for it.`);
  }

  /** Forgets every texture, so that edited files are read again. */
  clear(): void {
    for (const { texture } of this.#textures.values()) texture.dispose();
    this.#textures.clear();
    this.#missing.clear();
  }
}

interface Entry {
  texture: THREE.Texture;
  aspect: number | null;
  waiting: ((aspect: number) => void)[];
}

function newTexture([across, up]: readonly [number, number]): THREE.Texture {
  const texture = new THREE.Texture();
  texture.colorSpace = THREE.SRGBColorSpace;
  texture.anisotropy = 4;
  if (across !== 1 || up !== 1) texture.wrapS = texture.wrapT = THREE.RepeatWrapping;
  texture.repeat.set(across, up);
  return texture;
}

/** A calm gradient with the file's name: what is shown where an image or a video is missing. */
export function placeholder(label: string, glyph = "▢"): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = 512;
  canvas.height = 320;
  const context = canvas.getContext("2d");
  if (context === null) return canvas;
  const fill = context.createLinearGradient(0, 0, 512, 320);
  fill.addColorStop(0, "#2a3350");
  fill.addColorStop(1, "#151a28");
  context.fillStyle = fill;
  context.fillRect(0, 0, 512, 320);
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillStyle = "#ffb86b";
  context.font = "600 76px system-ui, sans-serif";
  context.fillText(glyph, 256, 132);
  context.fillStyle = "#a3acbf";
  context.font = "500 24px system-ui, sans-serif";
  context.fillText(label.length > 34 ? `…${label.slice(-33)}` : label, 256, 226);
  return canvas;
}
