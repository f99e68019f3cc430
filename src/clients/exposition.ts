/** What a service exposes about itself: Prometheus' text format and OpenMetrics, read strictly. A line that cannot be read is told, not skipped. */
import { exchange, headersOf, classOfStatus } from './http.ts';
import type { FaultClass } from '../interpreter/core/model/value.ts';
import { firstPart } from '../interpreter/port/text.ts';

export interface ExposedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** Seconds, where the service says when it measured. */
  readonly at?: number;
}

export interface Exposition {
  readonly samples: readonly ExposedSample[];
  /** `counter`, `gauge`, ... by the name of the family. */
  readonly types: Readonly<Record<string, string>>;
  /** OpenMetrics ends with `# EOF`: without it the answer was cut. */
  readonly isWhole: boolean;
}

export type ExpositionReply =
  | { readonly ok: true; readonly exposition: Exposition }
  | {
      readonly ok: false;
      readonly wire: 'notStarted' | 'refused' | 'unknown';
      readonly class: FaultClass;
      readonly code: string;
      readonly message: string;
    };

/** What Prometheus asks for too, so that names are the same here and there. */
const accept = 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5';
const mostBytes = 32 * 1024 * 1024;

/** An address without a path means `/metrics`. */
export function expositionUrl(target: unknown): string {
  const url = String((target as { readonly url?: string } | null)?.url ?? '');
  return /^https?:\/\/[^/?]+\/?$/.test(url) ? `${url.replace(/\/$/, '')}/metrics` : url;
}

export async function readExposition(target: unknown, signal: AbortSignal): Promise<ExpositionReply> {
  const url = expositionUrl(target);
  const reply = await exchange({ method: 'GET', url, headers: { accept, ...headersOf(target) }, signal, mostBytes });
  if (!reply.ok) return reply;
  const refused = (klass: FaultClass, code: string, message: string): ExpositionReply => ({
    ok: false,
    wire: 'refused',
    class: klass,
    code,
    message,
  });
  if (reply.status !== 200)
    return refused(classOfStatus(reply.status), `status ${String(reply.status)}`, `${url} answered ${String(reply.status)}`);
  const isOpenMetrics = (reply.headers['content-type'] ?? '').startsWith('application/openmetrics-text');
  const read = parseExposition(reply.text, isOpenMetrics);
  return typeof read === 'string' ? refused('plugin', 'not-exposition', `${url}: ${read}`) : { ok: true, exposition: read };
}

/** In words what cannot be read. */
export function parseExposition(text: string, isOpenMetrics: boolean): Exposition | string {
  const samples: ExposedSample[] = [];
  const types: Record<string, string> = {};
  const seen = new Set<string>();
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
  for (const [index, line] of lines.entries()) {
    const [, family, type] = /^#\s*TYPE\s+("(?:[^"\\]|\\.)*"|\S+)\s+(\w+)\s*$/.exec(line) ?? [];
    if (family !== undefined && type !== undefined)
      types[family.startsWith('"') ? unescaped(family.slice(1, -1)) : family] = type;
    if (line.trim() === '' || line.startsWith('#')) continue;
    const sample = sampleOf(line, isOpenMetrics);
    if (sample === undefined) return `line ${String(index + 1)} is not a sample: ${firstPart(line, 100)}`;
    const series = seriesKey(sample);
    if (seen.has(series)) return `line ${String(index + 1)} exposes the same series twice: ${firstPart(line, 100)}`;
    seen.add(series);
    samples.push(sample);
  }
  return { samples, types, isWhole: !isOpenMetrics || lines.findLast((line) => line !== '') === '# EOF' };
}

/** The same for the same series, in whatever order its labels are written. */
export const seriesKey = ({ name, labels }: Pick<ExposedSample, 'name' | 'labels'>): string =>
  JSON.stringify([name, ...Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))]);

const labelForm = /\s*(?:("(?:[^"\\]|\\.)*")|([a-zA-Z_][\w.:]*))\s*(?:=\s*"((?:[^"\\]|\\.)*)")?\s*(,|\})/y;

function sampleOf(line: string, isOpenMetrics: boolean): ExposedSample | undefined {
  const [begin = '', written = ''] = /^\s*([a-zA-Z_:][\w:.]*)?\s*/.exec(line) ?? [];
  let name = written;
  let at = begin.length;
  const labels: Record<string, string> = {};
  if (line[at] === '{') {
    at += 1;
    for (let last = ','; last !== '}';) {
      const empty = /\s*\}/y;
      empty.lastIndex = at;
      if (empty.test(line)) {
        at = empty.lastIndex;
        break;
      }
      labelForm.lastIndex = at;
      const found = labelForm.exec(line);
      if (found === null) return undefined;
      const [, quoted, bare = '', value, end = '}'] = found;
      const key = quoted === undefined ? bare : unescaped(quoted.slice(1, -1));
      if (value === undefined && (quoted === undefined || name !== '')) return undefined;
      if (value === undefined) name = key;
      else labels[key] = unescaped(value);
      at = labelForm.lastIndex;
      last = end;
    }
  }
  const rest = /^\s+(\S+)(?:\s+(-?[\d.eE+]+))?(?:\s+#\s.*)?\s*$/.exec(` ${line.slice(at)}`);
  const value = numberOf(rest?.[1] ?? '');
  if (name === '' || value === undefined) return undefined;
  const time = rest?.[2] === undefined ? undefined : Number(rest[2]);
  return { name, labels, value, ...(time === undefined ? {} : { at: isOpenMetrics ? time : time / 1000 }) };
}

function numberOf(word: string): number | undefined {
  if (/^[+-]?inf(inity)?$/i.test(word)) return word.startsWith('-') ? -Infinity : Infinity;
  if (/^[+-]?nan$/i.test(word)) return Number.NaN;
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(word) ? Number(word) : undefined;
}

const unescaped = (text: string): string => text.replaceAll(/\\(.)/g, (_, one: string) => (one === 'n' ? '\n' : one));
