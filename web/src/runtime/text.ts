// Text as a texture: lays out lines on a 2D canvas and hands back a plane of the right size in metres. Where there is no
// canvas (unit tests under Node.js) the plane keeps its estimated size and stays untextured.
import * as THREE from "three";

export interface TextStyle {
  /** Height of one line, in metres. */
  size: number;
  color: THREE.Color;
  align: "left" | "center" | "right";
  /** Width in metres at which lines wrap; 0 never wraps. */
  maxWidth: number;
}

export interface TextPlane {
  texture: THREE.CanvasTexture | null;
  width: number;
  height: number;
}

const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Inter", "DejaVu Sans", sans-serif';
const LINE_HEIGHT = 1.25;
const MAX_SIDE = 2048;

/** Renders `text`; the texture is sharp at about one metre's distance and never larger than 2048 pixels a side. */
export function renderText(text: string, style: TextStyle): TextPlane {
  const context = newContext();
  let pixels = Math.min(96, Math.max(28, style.size * 480));
  const measure = (line: string): number => {
    if (context === null) return line.length * 0.55 * pixels;
    context.font = `600 ${pixels}px ${FONT}`;
    return context.measureText(line).width;
  };
  let lines = wrap(text, measure, (style.maxWidth / style.size) * pixels);
  let width = Math.max(1, ...lines.map(measure));
  const largest = Math.max(width, lines.length * pixels * LINE_HEIGHT);
  if (largest > MAX_SIDE - 64) {
    pixels *= (MAX_SIDE - 64) / largest;
    lines = wrap(text, measure, (style.maxWidth / style.size) * pixels);
    width = Math.max(1, ...lines.map(measure));
  }
  const pad = pixels * 0.16;
  const box = { width: Math.ceil(width + 2 * pad), height: Math.ceil(lines.length * pixels * LINE_HEIGHT + 2 * pad * 0.7) };
  const metres = style.size / pixels;
  const plane = { width: box.width * metres, height: box.height * metres };
  if (context === null) return { texture: null, ...plane };
  paint(context, lines, style, pixels, pad, box);
  const texture = new THREE.CanvasTexture(context.canvas);
  texture.colorSpace = THREE.SRGBColorSpace;
  texture.anisotropy = 4;
  return { texture, ...plane };
}

function newContext(): CanvasRenderingContext2D | null {
  return typeof document === "undefined" ? null : document.createElement("canvas").getContext("2d");
}

function wrap(text: string, measure: (line: string) => number, limit: number): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split("\n")) {
    let line = "";
    for (const word of paragraph.split(" ")) {
      const longer = line === "" ? word : `${line} ${word}`;
      if (limit > 0 && line !== "" && measure(longer) > limit) {
        lines.push(line);
        line = word;
      } else line = longer;
    }
    lines.push(line);
  }
  return lines;
}

function paint(
  context: CanvasRenderingContext2D,
  lines: string[],
  style: TextStyle,
  pixels: number,
  pad: number,
  box: { width: number; height: number },
): void {
  context.canvas.width = box.width;
  context.canvas.height = box.height;
  context.font = `600 ${pixels}px ${FONT}`;
  context.textBaseline = "middle";
  context.textAlign = style.align;
  const x = { left: pad, center: box.width / 2, right: box.width - pad }[style.align];
  // A soft halo keeps the letters readable on any ground.
  context.shadowColor = luminance(style.color) > 0.35 ? "rgb(0 0 0 / 0.55)" : "rgb(255 255 255 / 0.55)";
  context.shadowBlur = pixels * 0.12;
  context.fillStyle = css(style.color);
  lines.forEach((line, i) => context.fillText(line, x, pad * 0.7 + (i + 0.5) * pixels * LINE_HEIGHT));
}

const css = (color: THREE.Color): string => `#${color.getHexString(THREE.SRGBColorSpace)}`;
const luminance = (color: THREE.Color): number => 0.2126 * color.r + 0.7152 * color.g + 0.0722 * color.b;
