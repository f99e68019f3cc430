/**
 * Id, title and severity of a runbook from its text, without a YAML parser: `list` reads many files to show three words of each.
 * Knows the plainest form only, one line at the left margin; anything else is "not known here", and the caller parses the document.
 */
export interface FrontMatter {
  readonly id: string;
  readonly title: string;
  readonly severity: string;
}

const line = /^(id|title|severity):[ ]+(\S.*)$/;
/** Begins another document, or turns the meaning of what follows. */
const marker = /^(?:---|\.\.\.|%|\ufeff|[?{["']|\t)/m;
const plain = /^[A-Za-z][^#:]*$/;
const quoted = /^(?:"([^"\\]*)"|'([^']*)')(?:\s+#.*)?$/;
const notText = /^(?:true|false|null)$/i;

/** Undefined: this text must be parsed. */
export function frontMatterOf(text: string): FrontMatter | undefined {
  if (marker.test(text)) return undefined;
  const found = new Map<string, string>();
  const lines = text.split('\n');
  for (const [index, one] of lines.entries()) {
    const match = line.exec(one.trimEnd());
    if (match === null) {
      if (/^["']?(?:id|title|severity)\b/.test(one)) return undefined;
      continue;
    }
    const value = goesOn(lines, index) ? undefined : scalar(match[2] ?? '');
    if (value === undefined) return undefined;
    const name = match[1] ?? '';
    if (!found.has(name)) found.set(name, value);
    if (found.size === 3) break;
  }
  const title = found.get('title');
  if (title === undefined) return undefined;
  return { id: found.get('id') ?? '', title, severity: found.get('severity') ?? '' };
}

/** A value continues in an indented line, also behind empty ones. */
function goesOn(lines: readonly string[], index: number): boolean {
  const next = lines.find((one, at) => at > index && one.trim() !== '');
  return next !== undefined && /^\s/.test(next);
}

function scalar(source: string): string | undefined {
  const match = quoted.exec(source);
  if (match !== null) return match[1] ?? match[2];
  const text = source.replace(/\s+#.*$/, '');
  return plain.test(text) && !notText.test(text) ? text : undefined;
}
