// Draws the six faces of the gallery's panorama: node make-panorama.mjs
// Every pixel is a function of the direction it is seen in, so that the faces join without a seam.
import { writeFileSync } from "node:fs";
import { deflateSync } from "node:zlib";

const SIZE = 256;

// The direction of a pixel (u to the right, v down, each -1 to 1) of each face; front is -z, up is +y.
const FACES = {
  right: (u, v) => [1, -v, u],
  left: (u, v) => [-1, -v, -u],
  up: (u, v) => [-u, 1, v],
  down: (u, v) => [-u, -1, -v],
  front: (u, v) => [u, -v, -1],
  back: (u, v) => [-u, -v, 1],
};

const mix = (a, b, t) => a.map((part, i) => part + (b[i] - part) * t);
const clamp = (t) => Math.min(1, Math.max(0, t));
const smooth = (from, to, x) => {
  const t = clamp((x - from) / (to - from));
  return t * t * (3 - 2 * t);
};

/** Height of a range of hills, as a function of the azimuth; smooth all the way round. */
function ridge(azimuth, seed, height) {
  const waves = [3, 5, 8, 13, 21].map((n, i) => Math.sin(azimuth * n + seed * (i + 1) * 1.7) / (i + 1.5));
  return height * (1 + 0.45 * waves.reduce((sum, wave) => sum + wave, 0));
}

function sky(x, y, z) {
  const sunset = clamp((0.6 - z) / 1.6); // The sun sets ahead.
  let color = mix([246, 176, 122], [232, 120, 104], smooth(0.02, 0.22, y));
  color = mix(color, [112, 86, 132], smooth(0.12, 0.5, y));
  color = mix(color, [38, 44, 86], smooth(0.35, 0.95, y));
  color = mix([96, 92, 140], color, 0.35 + 0.65 * sunset);
  const sun = Math.max(0, (x * 0.25 + y * 0.13 - z * 0.96) / 1.0005);
  color = mix(color, [255, 214, 150], clamp(sun ** 24 * 0.65));
  return mix(color, [255, 246, 220], smooth(0.9965, 0.9975, sun));
}

function pixel(direction) {
  const length = Math.hypot(...direction);
  const [x, y, z] = direction.map((part) => part / length);
  const azimuth = Math.atan2(x, -z);
  let color = sky(x, Math.max(0, y), z);
  const ranges = [[1, 0.16, [150, 100, 120]], [2, 0.1, [110, 76, 104]], [3, 0.045, [70, 54, 82]]];
  for (const [seed, height, hill] of ranges) {
    const edge = ridge(azimuth, seed, height) - y;
    color = mix(color, mix(hill, [232, 150, 118], 0.35 * clamp(-z)), smooth(0, 0.008, edge));
  }
  return mix(color, [42, 36, 52], smooth(-0.02, -0.5, y));
}

function png(rows) {
  const crcTable = Array.from({ length: 256 }, (_, n) => {
    for (let k = 0; k < 8; k += 1) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
    return n >>> 0;
  });
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const crc = body.reduce((sum, byte) => crcTable[(sum ^ byte) & 255] ^ (sum >>> 8), 0xffffffff) ^ 0xffffffff;
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length, 0);
    body.copy(out, 4);
    out.writeUInt32BE(crc >>> 0, body.length + 4);
    return out;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(SIZE, 0);
  header.writeUInt32BE(SIZE, 4);
  header.set([8, 2], 8);
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
  const pixels = deflateSync(Buffer.concat(rows), { level: 9 });
  return Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", pixels), chunk("IEND", Buffer.alloc(0))]);
}

for (const [name, direction] of Object.entries(FACES)) {
  const at = (index) => ((index + 0.5) / SIZE) * 2 - 1;
  const rows = Array.from({ length: SIZE }, (_, row) => {
    const line = Buffer.alloc(1 + SIZE * 3);
    for (let column = 0; column < SIZE; column += 1) line.set(pixel(direction(at(column), at(row))).map(Math.round), 1 + column * 3);
    return line;
  });
  writeFileSync(new URL(`${name}.png`, import.meta.url), png(rows));
}
