// Monaco as npm packs it, fetched from the development server only when somebody edits: it is no part of the page.
import type * as Monaco from "monaco-editor";

export type { Monaco };
export type MonacoApi = typeof Monaco;

interface Loader {
  (modules: string[], loaded: (...modules: unknown[]) => void, failed: (error: unknown) => void): void;
  config(options: { paths: Record<string, string> }): void;
}

declare global {
  interface Window {
    require?: Loader;
    MonacoEnvironment?: Monaco.Environment;
  }
}

let loading: Promise<MonacoApi> | undefined;

/** Loads Monaco once. The server may have to fetch it from npm first, which it says by taking its time. */
export function loadMonaco(): Promise<MonacoApi> {
  loading ??= load().catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function load(): Promise<MonacoApi> {
  const prepared = await fetch("/monaco", { method: "POST" });
  if (!prepared.ok) throw new Error(await prepared.text());
  const { workers } = (await prepared.json()) as { workers: Record<string, string> };
  await script("/monaco/vs/loader.js");
  const loader = window.require;
  if (loader === undefined) throw new Error("Monaco's loader did not load");
  loader.config({ paths: { vs: "/monaco/vs" } });
  const monaco = await new Promise<MonacoApi>((resolve, reject) =>
    loader(["vs/editor/editor.main"], (monaco) => resolve(monaco as MonacoApi), reject));
  // Monaco's own would start workers from blobs, which the page's policy forbids.
  window.MonacoEnvironment = { getWorker: (_, label) => new Worker(workers[label] ?? workers["editor"] ?? "") };
  return monaco;
}

function script(source: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const element = document.createElement("script");
    element.src = source;
    element.onload = () => resolve();
    element.onerror = () => reject(new Error(`${source} cannot be loaded`));
    document.head.append(element);
  });
}
