// Colours of words before the language server has spoken: runs the TextMate grammar that the token table generates, line by line. As
// much of TextMate as that grammar uses: `match`, `begin`/`end` with a name, and one repository.
import grammar from "../../../../grammar/textmate/mosl.tmLanguage.json";
import type { Monaco } from "./monaco.ts";

interface Pattern {
  name?: string;
  match?: string;
  begin?: string;
  end?: string;
  include?: string;
  patterns?: Pattern[];
}

interface Rule {
  name: string;
  start: RegExp;
  /** Of a rule with an inside. */
  end: RegExp | null;
  inside: () => Rule[];
}

/** Oniguruma lets one escape what need not be; JavaScript's `u` flag does not. */
const regex = (source: string): RegExp => new RegExp(source.replace(/\\A/g, "^").replace(/\\([>=<!&~%;,:@"'-])/g, "$1"), "gu");

function rules(patterns: Pattern[]): Rule[] {
  return patterns.flatMap((pattern) => {
    if (pattern.include !== undefined) return code();
    const inside = pattern.patterns ?? [];
    let made: Rule[] | undefined;
    return [{
      name: pattern.name ?? "",
      start: regex(pattern.match ?? pattern.begin ?? ""),
      end: pattern.end === undefined ? null : regex(pattern.end),
      inside: () => (made ??= rules(inside)),
    }];
  });
}

let all: Rule[] | undefined;
const code = (): Rule[] => (all ??= rules(grammar.repository.code.patterns));

class State implements Monaco.languages.IState {
  readonly open: readonly Rule[];
  constructor(open: readonly Rule[]) {
    this.open = open;
  }
  clone(): State {
    return this;
  }
  equals(other: Monaco.languages.IState): boolean {
    return other instanceof State && other.open.length === this.open.length && other.open.every((rule, at) => rule === this.open[at]);
  }
}

function first(rule: RegExp, line: string, from: number): RegExpExecArray | null {
  rule.lastIndex = from;
  return rule.exec(line);
}

function tokenize(line: string, start: Monaco.languages.IState): Monaco.languages.ILineTokens {
  const open = [...(start as State).open];
  const tokens: Monaco.languages.IToken[] = [];
  const put = (startIndex: number): void => void tokens.push({ startIndex, scopes: open.at(-1)?.name ?? "" });
  put(0);
  let at = 0;
  while (at <= line.length) {
    const top = open.at(-1);
    const end = top?.end ? first(top.end, line, at) : null;
    let best: { rule: Rule; found: RegExpExecArray } | null = null;
    for (const rule of top ? top.inside() : code()) {
      const found = first(rule.start, line, at);
      if (found && found[0] !== "" && (best === null || found.index < best.found.index)) best = { rule, found };
    }
    if (end && (best === null || end.index <= best.found.index)) {
      at = end.index + end[0].length;
      open.pop();
      put(at);
      if (end[0] === "" && end.index >= line.length) break;
    } else if (best) {
      const { rule, found } = best;
      at = found.index + found[0].length;
      tokens.push({ startIndex: found.index, scopes: rule.name });
      if (rule.end) open.push(rule);
      put(at);
    } else {
      break;
    }
  }
  return { tokens, endState: new State(open) };
}

export const tokensProvider: Monaco.languages.TokensProvider = { getInitialState: () => new State([]), tokenize };
