/** Comparisons with numbers and texts, as far as they can be read without the syntax tree: `a < 5 && b == 'x'`. */

/** Values that a condition allows. */
export interface ValueRange {
  readonly low: number;
  readonly high: number;
  readonly lowIn: boolean;
  readonly highIn: boolean;
}

/** One comparison of a condition. */
export interface Comparison {
  /** The path that is compared: `value`, `steps.lag.value`. */
  readonly subject: string;
  /** Numbers that it allows; absent: it is compared with a text. */
  readonly range?: ValueRange;
  /** The only text that it allows. */
  readonly text?: string;
  readonly offset: number;
  readonly source: string;
  /** Nothing else is in the condition. */
  readonly isAll: boolean;
}

const path = String.raw`[A-Za-z_][\w.]*(?:\[\d+\])?`;
const literal = String.raw`-?\d+(?:\.\d+)?|'[^'\\]*'|"[^"\\]*"`;
const forward = new RegExp(String.raw`^(${path})\s*(<=|>=|==|<|>)\s*(${literal})$`);
const backward = new RegExp(String.raw`^(${literal})\s*(<=|>=|==|<|>)\s*(${path})$`);
const turned: Readonly<Record<string, string>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=', '==': '==' };

/** All hold at once where the condition holds; what is not a plain comparison is left out. Alternatives allow too much to say anything. */
export function comparisonsOf(condition: string): readonly Comparison[] {
  if (/\|\||\?/.test(condition)) return [];
  const found: Comparison[] = [];
  let at = 0;
  const parts = condition.split('&&');
  for (const part of parts) {
    const source = part.trim();
    const offset = at + part.indexOf(source);
    at += part.length + 2;
    const [, subject, operator, operand] = forward.exec(source) ?? turn(backward.exec(source)) ?? [];
    if (subject === undefined || operator === undefined || operand === undefined) continue;
    const base = { subject, offset, source, isAll: parts.length === 1 };
    if (/^['"]/.test(operand)) {
      if (operator === '==') found.push({ ...base, text: operand.slice(1, -1) });
    } else found.push({ ...base, range: rangeBeside(operator, Number(operand)) });
  }
  return found;
}

const turn = (match: RegExpExecArray | null): readonly (string | undefined)[] | undefined =>
  match === null ? undefined : [match[0], match[3], turned[match[2] ?? ''], match[1]];

function rangeBeside(operator: string, number: number): ValueRange {
  const all: ValueRange = { low: -Infinity, high: Infinity, lowIn: false, highIn: false };
  switch (operator) {
    case '<':
      return { ...all, high: number };
    case '<=':
      return { ...all, high: number, highIn: true };
    case '>':
      return { ...all, low: number };
    case '>=':
      return { ...all, low: number, lowIn: true };
    default:
      return { low: number, high: number, lowIn: true, highIn: true };
  }
}

export function intersection(a: ValueRange, b: ValueRange): ValueRange {
  const low = Math.max(a.low, b.low);
  const high = Math.min(a.high, b.high);
  return {
    low,
    high,
    lowIn: (a.low < low || a.lowIn) && (b.low < low || b.lowIn),
    highIn: (a.high > high || a.highIn) && (b.high > high || b.highIn),
  };
}

export const isEmpty = ({ low, high, lowIn, highIn }: ValueRange): boolean => low > high || (low === high && !(lowIn && highIn));

export function contains(outer: ValueRange, inner: ValueRange): boolean {
  const low = outer.low < inner.low || (outer.low === inner.low && (outer.lowIn || !inner.lowIn));
  const high = outer.high > inner.high || (outer.high === inner.high && (outer.highIn || !inner.highIn));
  return low && high;
}
