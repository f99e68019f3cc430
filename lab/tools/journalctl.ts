/** `journalctl` of a host: prints what the supervisor has kept of the units of this host. */
import type { Supervisor } from '../supervisor/supervisor.ts';
import type { LogLine, Unit } from '../supervisor/unit.ts';
import { last, parseWords } from './arguments.ts';
import type { Tool } from './tool.ts';
import { printed, refused } from './tool.ts';

const shape = {
  valued: ['unit', 'lines', 'since', 'until', 'output', 'grep', 'boot', 'priority'],
  flags: ['no-pager', 'quiet', 'reverse', 'utc', 'all', 'no-hostname', 'pager-end'],
  alias: {
    u: 'unit',
    n: 'lines',
    S: 'since',
    U: 'until',
    o: 'output',
    g: 'grep',
    q: 'quiet',
    r: 'reverse',
    a: 'all',
    e: 'pager-end',
    p: 'priority',
  },
} as const;

export const journalctl =
  (supervisor: Supervisor, now: () => number = Date.now): Tool =>
  ({ argv, host }) => {
    const parsed = parseWords(argv, shape);
    if (parsed.is === 'wrong') return Promise.resolve(refused(`journalctl: unrecognized option '${parsed.option}'`));
    const { given } = parsed;
    const format = last(given, 'output') ?? 'short';
    if (!isFormat(format)) return Promise.resolve(refused(`Unknown output format: ${format}`));
    const limits = { since: last(given, 'since'), until: last(given, 'until') };
    const times = Object.values(limits).map((text) => (text === undefined ? undefined : timeOf(text, now())));
    const wrong = Object.values(limits).find((text, index) => text !== undefined && times[index] === undefined);
    if (wrong !== undefined) return Promise.resolve(refused(`Failed to parse timestamp: ${wrong}`));
    const [since = -Infinity, until = Infinity] = times;
    const units = (given.options['unit'] ?? []).map((name) => `${name.replace(/\.service$/, '')}@${host}`);
    const pattern = last(given, 'grep');
    const lines = supervisor
      .list()
      .filter(({ unit }) => unit.host === host && (units.length === 0 || units.includes(unit.name)))
      .flatMap(({ unit }) => supervisor.log(unit.name).map((line) => ({ line, unit })))
      .filter(({ line }) => Date.parse(line.at) >= since && Date.parse(line.at) <= until)
      .filter(({ line }) => pattern === undefined || new RegExp(pattern).test(line.line))
      .sort((a, b) => a.line.at.localeCompare(b.line.at));
    const count = last(given, 'lines');
    const shown = count === undefined ? lines : lines.slice(Math.max(0, lines.length - Number(count)));
    const ordered = given.options['reverse'] === undefined ? shown : [...shown].reverse();
    if (ordered.length === 0 && given.options['quiet'] === undefined) return Promise.resolve(printed('-- No entries --'));
    return Promise.resolve(printed(ordered.map(({ line, unit }) => journalLine(line, unit, format)).join('\n')));
  };

const formats = ['short', 'short-iso', 'short-iso-precise', 'short-unix', 'cat', 'json'] as const;
type Format = (typeof formats)[number];
const isFormat = (name: string): name is Format => (formats as readonly string[]).includes(name);

export function journalLine({ at, pid, line }: LogLine, { name, host = '' }: Unit, format: Format): string {
  const program = pid === 1 ? 'systemd' : name.replace(/@.*/, '');
  const rest = `${host} ${program}[${String(pid)}]: ${line}`;
  const milliseconds = Date.parse(at);
  switch (format) {
    case 'cat':
      return line;
    case 'json':
      return JSON.stringify({
        __REALTIME_TIMESTAMP: String(milliseconds * 1000),
        _HOSTNAME: host,
        _PID: String(pid),
        SYSLOG_IDENTIFIER: program,
        MESSAGE: line,
      });
    case 'short-unix':
      return `${(milliseconds / 1000).toFixed(6)} ${rest}`;
    case 'short-iso':
      return `${at.slice(0, 19)}+0000 ${rest}`;
    case 'short-iso-precise':
      return `${at.slice(0, 23)}000+0000 ${rest}`;
    case 'short': {
      const date = new Date(milliseconds);
      const month = date.toLocaleString('en-US', { month: 'short', timeZone: 'UTC' });
      return `${month} ${String(date.getUTCDate()).padStart(2, '0')} ${at.slice(11, 19)} ${rest}`;
    }
  }
}

const units: Readonly<Record<string, number>> = {
  s: 1,
  sec: 1,
  second: 1,
  m: 60,
  min: 60,
  minute: 60,
  h: 3600,
  hour: 3600,
  d: 86_400,
  day: 86_400,
};

/** Milliseconds since the epoch of a time as the real one takes it; undefined: not a time. */
function timeOf(text: string, now: number): number | undefined {
  if (text === 'now') return now;
  if (text === 'today') return now - (now % 86_400_000);
  const epoch = /^@(\d+(?:\.\d+)?)$/.exec(text);
  if (epoch !== null) return Number(epoch[1]) * 1000;
  const ago = /^-?(\d+)\s*([a-z]+?)s?(?:\s+ago)?$/.exec(text);
  const unit = units[ago?.[2] ?? ''];
  if (ago !== null && unit !== undefined) return now - Number(ago[1]) * unit * 1000;
  const calendar = /^\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?/.exec(text)?.[0];
  if (calendar === undefined) return undefined;
  const read = Date.parse(
    /(?:Z|[+-]\d\d:?\d\d)$/.test(text)
      ? text
      : `${text.replace(' ', 'T').replace(/ ?UTC$/, '')}${calendar.length > 10 ? 'Z' : ''}`,
  );
  return Number.isNaN(read) ? undefined : read;
}
