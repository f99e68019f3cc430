/** Texts of PromQL as Prometheus reads them: in quotes with the escapes of Go, in backticks as they stand. */

const single: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};
const escape = /\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-3][0-7]{2}|[\s\S]|$)/g;
const lastCodePoint = 0x10ffff;

/** Undefined: it has an escape that Prometheus refuses, such as `\.` in a pattern. */
export function readString(literal: string): string | undefined {
  const quote = literal.charAt(0);
  const inner = literal.slice(1, -1);
  if (quote === '`') return inner;
  const made = inner.replaceAll(escape, (whole) => readEscape(whole, quote) ?? '\0');
  return refusedEscape(literal) === undefined ? made : undefined;
}

/** The first escape that Prometheus refuses, and where in the literal it stands. */
export function refusedEscape(literal: string): { readonly at: number; readonly text: string } | undefined {
  const quote = literal.charAt(0);
  if (quote === '`') return undefined;
  const inner = literal.slice(1, -1);
  const found = [...inner.matchAll(escape)].find(([whole]) => readEscape(whole, quote) === undefined);
  return found === undefined ? undefined : { at: found.index + 1, text: found[0] };
}

function readEscape(whole: string, quote: string): string | undefined {
  const kind = whole.charAt(1);
  if (whole.length === 2) return kind === quote ? quote : single[kind];
  if (whole.length < 2) return undefined;
  const code = /[xuU]/.test(kind) ? Number.parseInt(whole.slice(2), 16) : Number.parseInt(whole.slice(1), 8);
  return code > lastCodePoint ? undefined : String.fromCodePoint(code);
}
