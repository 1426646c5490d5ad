// What surrounds every scene: sky, ground, one key light with a soft shadow, and the light that comes from everywhere. A space may
// replace the sky by the six faces of its panorama and set the hour. Without image-based lighting (costly without graphics
// hardware) shiny materials reflect the sky's gradient, computed in the shader: see `reflectSky`.
import * as THREE from "three";
import type { Assets } from "./assets.ts";

interface Look {
  hour: number;
  zenith: number;
  horizon: number;
  ground: number;
  sun: number;
  sunPower: number;
  ambient: number;
}

/** What a scene without an hour gets: a calm studio at dusk. */
const STUDIO: Look = { hour: -1, zenith: 0x2f4f92, horizon: 0xc2cfe8, ground: 0x808aa2, sun: 0xfff1de, sunPower: 3.0, ambient: 1.75 };

/** The day, interpolated between these hours. */
const DAY: readonly Look[] = [
  { hour: 0, zenith: 0x0a0f22, horizon: 0x1c2540, ground: 0x1f2430, sun: 0xa9bbff, sunPower: 0.5, ambient: 0.55 },
  { hour: 5, zenith: 0x1b2547, horizon: 0x5a4b6a, ground: 0x2c2c3a, sun: 0xd9b8c8, sunPower: 0.7, ambient: 0.7 },
  { hour: 7, zenith: 0x4a74b8, horizon: 0xf0b98d, ground: 0x6b6258, sun: 0xffc48a, sunPower: 2.0, ambient: 1.1 },
  { hour: 10, zenith: 0x3f7fd6, horizon: 0xc3dcf2, ground: 0x7d7f7a, sun: 0xfff0dc, sunPower: 2.7, ambient: 1.5 },
  { hour: 15, zenith: 0x3f7fd6, horizon: 0xc9dff0, ground: 0x7d7f7a, sun: 0xfff2e0, sunPower: 2.8, ambient: 1.5 },
  { hour: 18.5, zenith: 0x3a4f8f, horizon: 0xf49a5f, ground: 0x5f5350, sun: 0xffa860, sunPower: 2.0, ambient: 1.0 },
  { hour: 20.5, zenith: 0x151d3a, horizon: 0x4c4568, ground: 0x2b2b3a, sun: 0xbfb4e8, sunPower: 0.7, ambient: 0.7 },
  { hour: 24, zenith: 0x0a0f22, horizon: 0x1c2540, ground: 0x1f2430, sun: 0xa9bbff, sunPower: 0.5, ambient: 0.55 },
];

const GROUND_RADIUS = 60;
const GROUND_COLOR = 0x7d869c;

/** Shared by every material that reflects the sky. */
const skyUniforms = {
  skyZenith: { value: new THREE.Color() },
  skyHorizon: { value: new THREE.Color() },
  skyGround: { value: new THREE.Color() },
};

export class Environment {
  readonly #scene: THREE.Scene;
  readonly #hemisphere = new THREE.HemisphereLight();
  readonly #sun = new THREE.DirectionalLight();
  readonly #sky: THREE.Mesh;
  readonly #ground: THREE.Mesh;
  readonly #fog = new THREE.Fog(0, 18, GROUND_RADIUS * 0.9);
  #panorama: THREE.CubeTexture | null = null;
  #look: Look = STUDIO;

  constructor(scene: THREE.Scene, shadowMapSize: number) {
    this.#scene = scene;
    this.#sky = new THREE.Mesh(new THREE.SphereGeometry(200, 24, 16), skyMaterial());
    this.#sky.frustumCulled = false;
    this.#ground = new THREE.Mesh(new THREE.CircleGeometry(GROUND_RADIUS, 48).rotateX(-Math.PI / 2), groundMaterial());
    this.#ground.position.y = -0.002;
    this.#ground.receiveShadow = true;
    this.#ground.name = "ground";
    // Floor and sky come last among what is opaque: the depth test then spares every pixel that an object covers.
    this.#ground.renderOrder = 900;
    this.#sky.renderOrder = 901;
    this.#sun.castShadow = true;
    this.#sun.shadow.mapSize.setScalar(shadowMapSize);
    this.#sun.shadow.bias = -0.0004;
    this.#sun.shadow.normalBias = 0.02;
    this.#sun.shadow.radius = 3;
    scene.fog = this.#fog;
    scene.add(this.#sky, this.#ground, this.#hemisphere, this.#sun, this.#sun.target);
    this.reset();
  }

  reset(): void {
    this.#apply(STUDIO);
    this.setPanorama(null);
    this.setGround(new THREE.Color(GROUND_COLOR));
  }

  /** The hour of the day, 0 to 24. */
  setHour(hour: number): void {
    const h = ((hour % 24) + 24) % 24;
    const after = DAY.findIndex((look) => look.hour > h);
    const [a, b] = [DAY[after - 1] ?? STUDIO, DAY[after] ?? STUDIO];
    const k = (h - a.hour) / (b.hour - a.hour);
    const mix = (x: number, y: number): number => new THREE.Color(x).lerp(new THREE.Color(y), k).getHex();
    const lerp = THREE.MathUtils.lerp;
    this.#apply({
      hour: h, zenith: mix(a.zenith, b.zenith), horizon: mix(a.horizon, b.horizon), ground: mix(a.ground, b.ground),
      sun: mix(a.sun, b.sun), sunPower: lerp(a.sunPower, b.sunPower, k), ambient: lerp(a.ambient, b.ambient, k),
    });
  }

  /** Six images (right, left, top, bottom, front, back as seen from inside) in place of the sky; null brings the sky back. */
  setPanorama(texture: THREE.CubeTexture | null): void {
    this.#panorama?.dispose();
    this.#panorama = texture;
    this.#scene.background = texture;
    this.#sky.visible = texture === null;
    this.#scene.fog = texture === null ? this.#fog : null;
  }

  /** The floor's colour; null hides it. */
  setGround(color: THREE.Color | null): void {
    this.#ground.visible = color !== null;
    if (color !== null) (this.#ground.material as THREE.MeshLambertMaterial).color.copy(color);
  }

  /** One colour in place of the sky; null brings the sky back. */
  setBackground(color: THREE.Color | null): void {
    this.#scene.background = color;
    this.#sky.visible = color === null;
    if (color !== null) this.#fog.color.copy(color);
  }

  /** Tints and scales the light that comes from everywhere. */
  setAmbient(color: THREE.Color, intensity: number): void {
    this.#hemisphere.color.copy(color);
    this.#hemisphere.intensity = this.#look.ambient * intensity;
  }

  setFog(color: THREE.Color, near: number, far: number): void {
    this.#fog.color.copy(color);
    this.#fog.near = near;
    this.#fog.far = far;
    this.#scene.fog = this.#fog;
  }

  /** Aims the key light's shadow at a sphere; a tight fit keeps the shadow sharp. */
  fitShadow(centre: THREE.Vector3, radius: number): void {
    const r = THREE.MathUtils.clamp(radius * 1.15, 2, 30);
    const camera = this.#sun.shadow.camera;
    camera.left = camera.bottom = -r;
    camera.right = camera.top = r;
    camera.near = 0.5;
    camera.far = 4 * r + 20;
    camera.updateProjectionMatrix();
    this.#sun.target.position.copy(centre);
    this.#sun.position.copy(centre).addScaledVector(this.#direction, 2 * r + 8);
    this.#sun.target.updateMatrixWorld();
  }

  readonly #direction = new THREE.Vector3();

  #apply(look: Look): void {
    this.#look = look;
    skyUniforms.skyZenith.value.setHex(look.zenith);
    skyUniforms.skyHorizon.value.setHex(look.horizon);
    skyUniforms.skyGround.value.setHex(look.ground);
    this.#fog.color.setHex(look.horizon);
    this.#fog.near = 18;
    this.#fog.far = GROUND_RADIUS * 0.9;
    this.#hemisphere.color.setHex(look.horizon).lerp(new THREE.Color(0xffffff), 0.55);
    this.#hemisphere.groundColor.setHex(look.ground);
    this.#hemisphere.intensity = look.ambient;
    this.#sun.color.setHex(look.sun);
    this.#sun.intensity = look.sunPower;
    const angle = look.hour < 0 ? 0.9 : ((Math.min(18.5, Math.max(6.5, look.hour)) - 6) / 13) * Math.PI;
    this.#direction.set(Math.cos(angle) * 0.9, Math.max(0.35, Math.sin(angle)) * 1.25, 0.75).normalize();
    this.fitShadow(this.#sun.target.position.clone(), this.#sun.shadow.camera.right / 1.15);
  }
}

/** A cube map from six asset paths in the order +x -x +y -y +z -z, handed over once all have arrived. */
export function loadPanorama(assets: Assets, faces: readonly string[], done: (texture: THREE.CubeTexture) => void): void {
  const texture = new THREE.CubeTexture();
  texture.colorSpace = THREE.SRGBColorSpace;
  let missing = faces.length;
  const images: (HTMLImageElement | HTMLCanvasElement)[] = [];
  faces.forEach((path, i) => {
    const image = new Image();
    const arrived = (): void => {
      missing -= 1;
      if (missing > 0) return;
      texture.images = images;
      texture.needsUpdate = true;
      done(texture);
    };
    images[i] = image;
    image.crossOrigin = "anonymous";
    image.onload = arrived;
    image.onerror = () => {
      assets.missing("panorama face", path);
      images[i] = blankFace();
      arrived();
    };
    image.src = assets.url(path);
  });
}

function blankFace(): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 64;
  const context = canvas.getContext("2d");
  if (context !== null) {
    context.fillStyle = "#3a435c";
    context.fillRect(0, 0, 64, 64);
  }
  return canvas;
}

const GRADIENT = /* glsl */ `
uniform vec3 skyZenith, skyHorizon, skyGround;
vec3 skyColor(float up) {
  vec3 above = mix(skyHorizon, skyZenith, pow(clamp(up, 0.0, 1.0), 0.55));
  return mix(above, skyGround, smoothstep(0.02, -0.25, up));
}`;

function skyMaterial(): THREE.ShaderMaterial {
  return new THREE.ShaderMaterial({
    uniforms: skyUniforms,
    side: THREE.BackSide,
    depthWrite: false,
    toneMapped: false,
    fog: false,
    vertexShader: /* glsl */ `
      varying vec3 direction;
      void main() {
        direction = position;
        gl_Position = (projectionMatrix * vec4(mat3(modelViewMatrix) * position, 1.0)).xyww; // As far away as can be.
      }`,
    fragmentShader: /* glsl */ `
      varying vec3 direction;
      ${GRADIENT}
      void main() {
        float up = normalize(direction).y;
        gl_FragColor = vec4(skyColor(max(up, 0.0)), 1.0);
        #include <colorspace_fragment>
      }`,
  });
}

/** Metre lines and stronger eight-metre unit lines on a plain floor that melts into the horizon. */
function groundMaterial(): THREE.MeshLambertMaterial {
  const material = new THREE.MeshLambertMaterial({ color: GROUND_COLOR, toneMapped: false, fog: false });
  material.onBeforeCompile = (shader) => {
    Object.assign(shader.uniforms, skyUniforms);
    shader.vertexShader = shader.vertexShader
      .replace("#include <common>", "#include <common>\nvarying vec2 floorPoint;")
      .replace("#include <begin_vertex>", "#include <begin_vertex>\nfloorPoint = position.xz;");
    shader.fragmentShader = shader.fragmentShader
      .replace("#include <common>", `#include <common>
        uniform vec3 skyHorizon;
        varying vec2 floorPoint;
        float lines(vec2 point, float width) {
          vec2 w = fwidth(point);
          vec2 d = abs(fract(point - 0.5) - 0.5);
          vec2 l = (1.0 - smoothstep(vec2(0.0), w + width, d)) * (1.0 - clamp(w * 2.5, 0.0, 1.0));
          return max(l.x, l.y);
        }`)
      .replace("#include <map_fragment>", `
        float away = length(floorPoint);
        float grid = max(lines(floorPoint, 0.006) * 0.05, lines(floorPoint / 8.0 + 0.5, 0.002) * 0.10);
        diffuseColor.rgb += grid * (1.0 - smoothstep(4.0, 22.0, away));`)
      .replace("#include <opaque_fragment>", `
        outgoingLight = mix(outgoingLight, skyHorizon, smoothstep(3.0, 38.0, length(vViewPosition)));
        #include <opaque_fragment>`);
  };
  return material;
}

/** Lets a standard material reflect the sky's gradient, so that metal looks like metal without an environment map. */
export function reflectSky(material: THREE.MeshStandardMaterial): void {
  material.onBeforeCompile = (shader) => {
    Object.assign(shader.uniforms, skyUniforms);
    shader.fragmentShader = shader.fragmentShader
      .replace("#include <common>", `#include <common>\n${GRADIENT}`)
      .replace("#include <lights_fragment_maps>", `#include <lights_fragment_maps>
        vec3 mirrored = transformDirectionByInverseViewMatrix(reflect(-geometryViewDir, geometryNormal), viewMatrix);
        vec3 sharp = skyColor(mirrored.y);
        vec3 blurred = mix(skyGround, mix(skyHorizon, skyZenith, 0.35), mirrored.y * 0.5 + 0.5);
        radiance += mix(sharp, blurred, material.roughness) * 1.35;`);
  };
  material.customProgramCacheKey = () => "reflect-sky";
}
