/** Alertmanager's second interface, as far as silences need it. */
import type { FaultClass } from '../interpreter/core/model/value.ts';
import { classOfStatus, exchange, headersOf } from './http.ts';
import { firstPart } from '../interpreter/port/text.ts';

export interface Matcher {
  readonly name: string;
  readonly value: string;
  readonly isRegex: boolean;
  readonly isEqual: boolean;
}

export interface Silence {
  readonly id: string;
  readonly matchers: readonly Matcher[];
  readonly startsAt: string;
  readonly endsAt: string;
  readonly updatedAt: string;
  readonly createdBy: string;
  readonly comment: string;
  readonly status: { readonly state: 'active' | 'pending' | 'expired' };
}

export interface ServiceFailure {
  readonly ok: false;
  readonly wire: 'notStarted' | 'refused' | 'unknown';
  readonly class: FaultClass;
  readonly code: string;
  readonly message: string;
}
export type AlertmanagerAnswer<T> = { readonly ok: true; readonly value: T; readonly serverTime: number } | ServiceFailure;

interface Request {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly sent?: () => void;
}

/** `serverTime` (ms): the server's own clock, to the second, so that the clock of this machine does not shift a silence. */
async function request(target: unknown, what: Request, signal: AbortSignal): Promise<AlertmanagerAnswer<unknown>> {
  const base = String((target as { readonly url?: string } | null)?.url ?? '').replace(/\/$/, '');
  const reply = await exchange({
    method: what.method,
    url: `${base}/api/v2${what.path}`,
    headers: { ...headersOf(target), accept: 'application/json', 'content-type': 'application/json' },
    ...(what.body === undefined ? {} : { body: JSON.stringify(what.body) }),
    signal,
    ...(what.sent === undefined ? {} : { sent: what.sent }),
  });
  if (!reply.ok) return reply;
  if (reply.status < 200 || reply.status >= 300)
    return {
      ok: false,
      wire: reply.status >= 500 ? 'unknown' : 'refused',
      class: classOfStatus(reply.status),
      code: `status-${String(reply.status)}`,
      message: `${base} answered ${String(reply.status)}: ${firstPart(reply.text.trim(), 300)}`,
    };
  const serverTime = reply.date === undefined ? Date.now() : Date.parse(reply.date);
  if (reply.text === '') return { ok: true, value: null, serverTime };
  try {
    return { ok: true, value: JSON.parse(reply.text) as unknown, serverTime };
  } catch {
    return strange(what.method !== 'GET');
  }
}

/** A good status and a body that no Alertmanager sends: after a write nobody knows what became of it. */
const strange = (isWrite: boolean): ServiceFailure => ({
  ok: false,
  wire: isWrite ? 'unknown' : 'refused',
  class: 'plugin',
  code: 'not-alertmanager',
  message: 'the server answered with something that is not an Alertmanager answer',
});

/** Silences that are active or will be. */
export async function listSilences(target: unknown, signal: AbortSignal): Promise<AlertmanagerAnswer<readonly Silence[]>> {
  const answer = await request(target, { method: 'GET', path: '/silences' }, signal);
  if (!answer.ok) return answer;
  if (!Array.isArray(answer.value) || !answer.value.every(isSilence)) return strange(false);
  return { ...answer, value: answer.value.filter((one) => one.status.state !== 'expired') };
}

/** Undefined: there is none of that id. */
export async function readSilence(
  target: unknown,
  id: string,
  signal: AbortSignal,
): Promise<AlertmanagerAnswer<Silence | undefined>> {
  const answer = await request(target, { method: 'GET', path: `/silence/${encodeURIComponent(id)}` }, signal);
  if (!answer.ok && answer.code === 'status-404') return { ok: true, value: undefined, serverTime: Date.now() };
  if (!answer.ok) return answer;
  return isSilence(answer.value) ? { ...answer, value: answer.value } : strange(false);
}

const states: readonly unknown[] = ['active', 'pending', 'expired'];

function isSilence(json: unknown): json is Silence {
  if (json === null || typeof json !== 'object') return false;
  const { id, matchers, startsAt, endsAt, updatedAt, status } = json as { readonly [key in keyof Silence]?: unknown };
  const texts = [id, startsAt, endsAt, updatedAt].every((one) => typeof one === 'string');
  return texts && Array.isArray(matchers) && states.includes((status as { readonly state?: unknown } | undefined)?.state);
}

/** How many alerts these matchers hold now, silenced ones included. */
export async function countAlerts(
  target: unknown,
  matchers: Silence['matchers'],
  signal: AbortSignal,
): Promise<AlertmanagerAnswer<number>> {
  const filters = matchers.map(({ name, value }) => `filter=${encodeURIComponent(`${name}=${JSON.stringify(value)}`)}`);
  const answer = await request(target, { method: 'GET', path: `/alerts?${filters.join('&')}` }, signal);
  if (!answer.ok) return answer;
  return Array.isArray(answer.value) ? { ...answer, value: answer.value.length } : strange(false);
}

export type NewSilence = Pick<Silence, 'matchers' | 'startsAt' | 'endsAt' | 'createdBy' | 'comment'>;

export async function createSilence(
  target: unknown,
  silence: NewSilence,
  signal: AbortSignal,
  sent: () => void,
): Promise<AlertmanagerAnswer<string>> {
  const answer = await request(target, { method: 'POST', path: '/silences', body: silence, sent }, signal);
  if (!answer.ok) return answer;
  const id = (answer.value as { readonly silenceID?: unknown } | null)?.silenceID;
  return typeof id === 'string' && id !== '' ? { ...answer, value: id } : strange(true);
}

export async function expireSilence(
  target: unknown,
  id: string,
  signal: AbortSignal,
  sent: () => void,
): Promise<AlertmanagerAnswer<null>> {
  const answer = await request(target, { method: 'DELETE', path: `/silence/${encodeURIComponent(id)}`, sent }, signal);
  return answer.ok ? { ...answer, value: null } : answer;
}
