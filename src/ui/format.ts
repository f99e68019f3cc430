/** Words and small texts that every view shares: states, times, values. */
import type { Plan } from '../interpreter/core/model/plan.ts';
import type { Instance, State } from '../interpreter/core/model/state.ts';
import type { Actor, FilePin, Json, Value } from '../interpreter/core/model/value.ts';

/** Milliseconds as people read them: `850ms`, `12.3s`, `4m05s`, `1h02m`. */
export function durationText(ms: number): string {
  const whole = Math.max(0, ms);
  if (whole < 1000) return `${String(Math.round(whole))}ms`;
  if (whole < 60_000) return `${(whole / 1000).toFixed(1)}s`;
  const seconds = Math.floor(whole / 1000);
  const two = (n: number): string => String(n).padStart(2, '0');
  if (seconds < 3600) return `${String(Math.floor(seconds / 60))}m${two(seconds % 60)}s`;
  return `${String(Math.floor(seconds / 3600))}h${two(Math.floor(seconds / 60) % 60)}m`;
}

/** Run clock as `mm:ss.t`, fixed width below 100 minutes. */
export function clockText(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  return `${String(minutes).padStart(2, '0')}:${((ms % 60_000) / 1000).toFixed(1).padStart(4, '0')}`;
}

/** Time in which a step worked: without the time in which its questions waited for people. Undefined: it has not begun. */
export function workedMs(instance: Instance, now: number): number | undefined {
  if (instance.startedAt === undefined) return undefined;
  return Math.max(0, (instance.finishedAt ?? now) - instance.startedAt - peopleMs(instance, now));
}

/** Time in which questions waited for people, of a step or of the whole run. */
export const peopleMs = (asked: Pick<State, 'people' | 'askedAt'> | Instance, now: number): number =>
  (asked.people ?? 0) + (asked.askedAt === undefined ? 0 : Math.max(0, now - asked.askedAt));

/** `1.2s`, and how long it waited for people where that is worth telling. */
export function tookText(instance: Instance, now: number): string {
  const worked = workedMs(instance, now);
  if (worked === undefined) return '';
  const people = peopleMs(instance, now);
  return people < 1000 ? durationText(worked) : `${durationText(worked)} + ${durationText(people)} for an answer`;
}

/** Time of day where the reader is, and in UTC as records and logs have it: `16:03:22, 14:03:22 UTC`. */
export function timeText(wall: number): string {
  const date = new Date(wall);
  const utc = `${date.toISOString().slice(11, 19)} UTC`;
  if (date.getTimezoneOffset() === 0) return utc;
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')}, ${utc}`;
}

const words: Readonly<Record<string, string>> = {
  ok: 'ok',
  unchanged: 'ok, already so',
  failed: 'FAILED',
  unknown: 'UNKNOWN',
  cancelled: 'cancelled',
  skipped: 'skipped',
  waiting: 'waiting',
  resolved: 'preparing',
  asked: 'asks',
  cleared: 'cleared',
  running: 'running',
  judging: 'judging',
  backoff: 'will retry',
  doubt: 'in doubt',
};

export const statusWord = (status: string): string => words[status] ?? status;

/** Title for an instance: rendered if it was shown, else the plan's; with its item where it is one of many. */
export function titleOf(plan: Plan, state: State, key: string): string {
  const instance = state.instances[key];
  const node = instance === undefined ? plan.nodes.find((one) => one.key === key) : plan.nodes[instance.node];
  const title = instance?.show?.title ?? node?.title ?? key;
  const item = itemText(state, instance);
  return item === '' || title.includes(item) ? title : `${title}: ${item}`;
}

/** What an instance is about, where it is one of many: its own item, or that of the turn it belongs to. */
export function itemText(state: Readonly<State>, instance: Instance | undefined, limit = 80): string {
  if (instance === undefined || !instance.key.endsWith(']')) return '';
  const own = valueText(instance.item, limit);
  if (own !== '') return own;
  return instance.parent === undefined ? '' : valueText(state.instances[instance.parent]?.item, limit);
}

/** A value in one short line; empty when there is nothing to say. */
export function valueText(value: Value | undefined, limit = 100): string {
  if (value === undefined) return '';
  if (value.ref !== undefined) return `${String(value.ref.bytes)} bytes, ${value.ref.head.slice(0, 40)}…`;
  if (value.json === undefined || value.json === null) return '';
  const text = typeof value.json === 'string' ? value.json.trim() : JSON.stringify(value.json);
  const line = text.replaceAll('\n', '⏎');
  if (line === '{}' || line === '[]' || line === '') return '';
  return line.length > limit ? `${line.slice(0, limit - 1)}…` : line;
}

/** A text of others on one line, cut. */
export function briefText(text: string, limit: number): string {
  const line = text.trim().replaceAll(/\s*\n\s*/g, '⏎');
  return line.length > limit ? `${line.slice(0, limit - 1)}…` : line;
}

/** A value as people say it: `alpha 0.12, beta 0.03` for series, `BTC-USD 3264` for fields; else as valueText. */
export function briefly(value: Value | undefined, limit = 60): string {
  const said = value?.json === undefined ? undefined : saidOf(value.json);
  if (said === undefined) return valueText(value, limit);
  return said.length > limit ? `${said.slice(0, limit - 1)}…` : said;
}

function saidOf(json: Json): string | undefined {
  if (Array.isArray(json)) {
    const series = (json as readonly Json[]).map(seriesOf);
    return series.length > 0 && series.every((one) => one !== undefined) ? series.join(', ') : undefined;
  }
  if (json === null || typeof json !== 'object') return undefined;
  const fields = Object.entries(json);
  const flat = fields.length > 0 && fields.every(([, one]) => one === null || typeof one !== 'object');
  return flat ? fields.map(([name, one]) => `${name} ${numberText(one)}`).join(', ') : undefined;
}

/** One series of a metric: its labels' values and its own. */
function seriesOf(json: Json): string | undefined {
  if (json === null || typeof json !== 'object' || Array.isArray(json)) return undefined;
  const { labels, value } = json as Readonly<Record<string, Json>>;
  if (value === undefined || labels === null || typeof labels !== 'object') return undefined;
  return [...Object.values(labels), value].map(numberText).join(' ');
}

const numberText = (json: Json): string =>
  typeof json === 'number' ? String(Number(json.toPrecision(4))) : typeof json === 'string' ? json : JSON.stringify(json);

/** A file and the beginning of its hash. */
export const pinText = (pin: FilePin | null): string => (pin === null ? 'none' : `${pin.path} (${pin.sha.slice(0, 12)})`);

/** `root on db1 (uid 0)`: a name that is only claimed says so, and whose account it was claimed with. */
export function actorText(actor: Actor): string {
  const user = actor.uid === undefined ? '' : `uid ${String(actor.uid)}`;
  const proven =
    actor.auth === 'uid'
      ? [user === '' ? 'uid ?' : user]
      : actor.auth === 'vouched'
        ? [`vouched for by ${actor.account ?? '?'}`]
        : [actor.auth, ...(actor.account === undefined ? [] : [`account ${actor.account}`]), user];
  const marks = [
    ...(actor.shared === true ? ['one account, shared by several people'] : []),
    ...(actor.kind === undefined ? [] : [actor.kind]),
    ...(actor.onBehalfOf === undefined ? [] : [`on behalf of ${actor.onBehalfOf}`]),
  ];
  return `${actor.name} on ${actor.host} (${[...proven, ...marks].filter((one) => one !== '').join(', ')})`;
}

/** A name in few words: one that is only claimed says so, and one that is not a person. */
export function whoText(actor: Actor): string {
  const marks = [
    ...(actor.auth === 'claimed' ? [`claimed${actor.account === undefined ? '' : ` by ${actor.account}`}`] : []),
    ...(actor.kind === undefined || actor.kind === 'person' ? [] : [actor.kind]),
  ];
  return marks.length === 0 ? actor.name : `${actor.name} (${marks.join(', ')})`;
}

/** What approvals of an environment with shared accounts are worth. */
export const sharedText = (accounts: readonly string[]): string => `${accounts.join(', ')}: names given there are only claimed`;

/** Number and hash of the last record. */
export interface Head {
  readonly seq: number;
  readonly hash: string;
}

export const headText = ({ seq, hash }: Head): string => `${hash} (record ${String(seq)})`;
