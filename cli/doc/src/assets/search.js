// Search over the names of the site: everything happens here, nothing is asked of a server. `/` goes to the field, arrows choose,
// Enter goes there, Escape leaves. On a wide screen the list of modules is open.
"use strict";

const field = document.getElementById("search");
const results = document.getElementById("results");
const modules = document.getElementById("modules");
const wide = matchMedia("(min-width: 761px)");
const arrange = () => { modules.open = wide.matches; };
wide.addEventListener("change", arrange);
arrange();
document.querySelector(".modules [aria-current]")?.scrollIntoView({ block: "nearest" });

let shown = [];
let chosen = 0;

/** How well a name fits: smaller is better, `null` is not at all. */
function rank(entry, words) {
  const [name, kind, module, , about] = entry;
  const own = name.split(".").at(-1).toLowerCase();
  const whole = `${module} ${name}`.toLowerCase();
  let sum = kind === "member" ? 4 : kind === "module" ? 0 : 1;
  for (const word of words) {
    if (own === word || name.toLowerCase() === word) sum += 0;
    else if (own.startsWith(word)) sum += 10;
    else if (own.includes(word)) sum += 20;
    else if (whole.includes(word)) sum += 30;
    else if (about.toLowerCase().includes(word)) sum += 60;
    else return null;
  }
  return sum * 100 + name.length;
}

function search() {
  const words = field.value.toLowerCase().split(/[\s]+/).filter(Boolean);
  const found = words.length === 0 ? [] : (window.MOSL_INDEX ?? []).map((entry) => [rank(entry, words), entry]).filter(([how]) => how !== null);
  found.sort((a, b) => a[0] - b[0]);
  shown = found.slice(0, 40).map(([, entry]) => entry);
  chosen = 0;
  results.replaceChildren(...shown.map(row));
  if (words.length > 0 && shown.length === 0) results.append(element("li", "none", "Nothing is called so."));
  results.hidden = words.length === 0;
  field.setAttribute("aria-expanded", String(!results.hidden));
  mark();
}

function element(name, className, text) {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

function row([name, kind, module, url, about], index) {
  const item = element("li", "", "");
  item.id = `result-${index}`;
  item.setAttribute("role", "option");
  const link = document.createElement("a");
  link.href = url;
  link.tabIndex = -1;
  link.append(element("span", "where", module || kind), element("span", "name", name), element("span", "about", about.replaceAll(/[`*]/g, "")));
  link.addEventListener("click", leave);
  item.append(link);
  return item;
}

function mark() {
  [...results.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === chosen)));
  results.children[chosen]?.scrollIntoView({ block: "nearest" });
  if (shown.length > 0) field.setAttribute("aria-activedescendant", `result-${chosen}`);
  else field.removeAttribute("aria-activedescendant");
}

function leave() {
  results.hidden = true;
  field.setAttribute("aria-expanded", "false");
  field.blur();
}

field.addEventListener("input", search);
field.addEventListener("focus", search);
field.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step !== undefined && shown.length > 0) {
    chosen = (chosen + step + shown.length) % shown.length;
    mark();
    event.preventDefault();
  } else if (event.key === "Enter" && shown[chosen]) {
    leave();
    location.href = shown[chosen][3];
  } else if (event.key === "Escape") {
    leave();
  }
});
addEventListener("keydown", (event) => {
  const writes = /^(input|textarea|select)$/i.test(document.activeElement?.tagName ?? "");
  if (event.key === "/" && !writes && !event.ctrlKey && !event.metaKey && !event.altKey) {
    field.focus();
    field.select();
    event.preventDefault();
  }
});
addEventListener("click", (event) => {
  if (!event.target.closest(".search")) results.hidden = true;
});
