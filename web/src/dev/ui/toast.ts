// Short notices that leave by themselves.
import { byId, make } from "./element.ts";

const SHOWN_MS = { info: 3200, good: 2200, fault: 7000 } as const;

export function toast(text: string, kind: keyof typeof SHOWN_MS = "info"): void {
  const area = byId("toasts");
  const element = make("div", "toast", text);
  element.dataset["kind"] = kind;
  area.append(element);
  while (area.childElementCount > 4) area.firstElementChild?.remove();
  setTimeout(() => {
    element.classList.add("leaving");
    setTimeout(() => element.remove(), 260);
  }, SHOWN_MS[kind]);
}
