/** Silences as write steps: each bears the mark of its run, so that a repeated attempt finds it and undo expires only what this run made. */
import { countAlerts, createSilence, expireSilence, listSilences, readSilence } from '../../clients/alertmanager.ts';
import type { Silence } from '../../clients/alertmanager.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import type { Done, RunContext } from '../../interpreter/port/step-type.ts';
import { changedMeanwhile } from '../../interpreter/port/step-type.ts';

export interface Silencing {
  readonly matchers: Readonly<Record<string, string | number>>;
  /** Milliseconds. */
  readonly lasts: number;
  readonly comment: string;
}

const author = 'runbook';
const longest = 24 * 3_600_000;
/** Its update is its creation, unless somebody changed it later. */
const creationMs = 2000;

const quoted = (value: string | number): string => JSON.stringify(String(value));
export const matcherWords = (asked: Silencing): string =>
  `{${Object.entries(asked.matchers)
    .map(([name, value]) => `${name}=${quoted(value)}`)
    .join(',')}}`;

const matchersOf = (asked: Silencing): Silence['matchers'] =>
  Object.entries(asked.matchers).map(([name, value]) => ({ name, value: String(value), isRegex: false, isEqual: true }));

const keyOf = (matchers: Silence['matchers']): string =>
  matchers
    .map((one) => JSON.stringify([one.name, one.value, one.isRegex, one.isEqual]))
    .sort()
    .join();

const runOf = (context: RunContext): string => context.idempotencyKey.split('/')[0] ?? '';

/** Made by this run, for these matchers and this reason. */
const isOwn = (asked: Silencing, context: RunContext) => (one: Silence) =>
  one.createdBy === author &&
  one.comment.startsWith(`${asked.comment} (run ${runOf(context)}/`) &&
  keyOf(one.matchers) === keyOf(matchersOf(asked));

export async function create(target: Json, asked: Silencing, context: RunContext): Promise<Done> {
  if (!(asked.lasts > 0 && asked.lasts <= longest)) return refused('lasts', 'the silence must be longer than 0s and at most 24h');
  const names = Object.entries(asked.matchers);
  if (names.length === 0 || names.every(([, value]) => String(value) === ''))
    return refused('matchers', 'a silence of empty matchers would silence everything');
  const comment = `${asked.comment} (run ${context.idempotencyKey})`;
  const now = await listSilences(target, context.signal);
  if (!now.ok) return now;
  const made = now.value.find((one) => isOwn(asked, context)(one) && one.comment === comment);
  if (made !== undefined) return { ok: true, changed: true, result: { id: made.id, endsAt: made.endsAt } };
  const silence = {
    matchers: matchersOf(asked),
    startsAt: new Date(now.serverTime).toISOString(),
    endsAt: new Date(now.serverTime + asked.lasts).toISOString(),
    createdBy: author,
    comment,
  };
  const created = await createSilence(target, silence, context.signal, context.sent);
  if (!created.ok) return created;
  const found = await readSilence(target, created.value, context.signal);
  if (!found.ok) return { ...found, wire: 'unknown' };
  if (found.value === undefined || found.value.status.state === 'expired')
    return { ...refused('not-seen', `the silence ${created.value} was made but is not in force`), wire: 'unknown' };
  await warnOfNothing(target, asked, context);
  return { ok: true, changed: true, result: { id: created.value, endsAt: found.value.endsAt } };
}

/** A misspelt label silences nothing, and the page comes all the same. Alerts that are still to come may be meant, so it is not a failure. */
async function warnOfNothing(target: Json, asked: Silencing, context: RunContext): Promise<void> {
  const now = await countAlerts(target, matchersOf(asked), context.signal);
  if (!now.ok || now.value > 0) return;
  const message = `no alert matches ${matcherWords(asked)} now: the silence holds for alerts to come only`;
  context.warn({ code: 'silence-matches-nothing', message });
}

export async function expire(target: Json, id: string, context: RunContext): Promise<Done> {
  if (id === '') return refused('no-silence', 'the id of the silence is empty');
  const found = await readSilence(target, id, context.signal);
  if (!found.ok) return found;
  if (found.value === undefined) return refused('no-silence', `there is no silence ${id}`);
  const result = { id, endsAt: found.value.endsAt };
  if (found.value.status.state === 'expired') return { ok: true, changed: false, result };
  const done = await expireSilence(target, id, context.signal, context.sent);
  return done.ok ? { ok: true, changed: true, result } : done;
}

/** Those that existed before the step. */
export async function captureSilences(target: Json, asked: Silencing, context: RunContext): Promise<Json> {
  const now = await listSilences(target, context.signal);
  if (!now.ok) throw new Error(now.message);
  return { ids: now.value.filter(isOwn(asked, context)).map((one) => one.id) };
}

/** Undo of a silence: expires what this step made; one that somebody changed since is left alone. */
export async function expireOwn(
  target: Json,
  asked: Silencing,
  old: { readonly ids: readonly string[] },
  context: RunContext,
): Promise<Done> {
  const now = await listSilences(target, context.signal);
  if (!now.ok) return now;
  const own = now.value.filter((one) => isOwn(asked, context)(one) && !old.ids.includes(one.id));
  const foreign = own.find((one) => Math.abs(Date.parse(one.updatedAt) - Date.parse(one.startsAt)) > creationMs);
  if (foreign !== undefined && context.overwrite !== true)
    return refused(
      changedMeanwhile,
      `somebody changed the silence ${foreign.id} since; it is left alone`,
      'expire it by hand if that is wrong',
    );
  for (const one of own) {
    const done = await expireSilence(target, one.id, context.signal, context.sent);
    if (!done.ok) return done;
  }
  return { ok: true, changed: own.length > 0, result: { id: own[0]?.id ?? '' } };
}

const refused = (code: string, message: string, hint?: string): Extract<Done, { ok: false }> => ({
  ok: false,
  wire: 'refused',
  class: 'validation',
  code,
  message,
  ...(hint === undefined ? {} : { hint }),
});
