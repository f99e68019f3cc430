/** What the writing operations have in common: refusals, results, and reading back until the cluster shows what was asked of it. */
import { pause } from '../../clients/kafka/client.ts';
import { deepestOf } from '../../clients/kafka/failure.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import type { Done, RunContext } from '../../interpreter/port/step-type.ts';

export type Refusal = Extract<Done, { ok: false }>;

export const refuse = (code: string, message: string, hint?: string): Refusal => ({
  ok: false,
  wire: 'notStarted',
  class: 'config',
  code,
  message,
  ...(hint === undefined ? {} : { hint }),
});

export const wasRefused = (one: object): one is Refusal => 'ok' in one && one.ok === false;

export const done = (changed: boolean | 'unknown', value: Json): Done => ({ ok: true, changed, result: { value } });

/** What was wanted is there. After an attempt whose reply was lost nobody can tell whether that one made it. */
export const already = (context: RunContext, value: Json): Done => done(context.attempt > 1 ? 'unknown' : false, value);

/** What a write would change, a line each, and the same as data. */
export interface Preview {
  readonly lines: readonly string[];
  readonly data: Json;
}

export type Settings = Readonly<Record<string, string | number | boolean>>;

export const entries = (settings: Settings | undefined): { name: string; value: string }[] =>
  Object.entries(settings ?? {}).map(([name, value]) => ({ name, value: String(value) }));

/**
 * Performs `work`; when the broker refuses settings, says which: the driver drops the broker's words, so that each is asked alone, without
 * effect. `alone` throws for a setting that is not taken.
 */
export async function takingSettings<T>(
  settings: readonly { readonly name: string; readonly value: string | null }[],
  work: () => Promise<T>,
  alone: (name: string) => Promise<unknown>,
): Promise<T | Refusal> {
  try {
    return await work();
  } catch (problem) {
    if (!isAboutSettings(problem)) throw problem;
    const guilty: string[] = [];
    for (const { name, value } of settings) {
      const taken = await alone(name).then(
        () => true,
        (one: unknown) => !isAboutSettings(one),
      );
      if (!taken) guilty.push(`${name}: ${value ?? 'none'}`);
    }
    if (guilty.length === 0) throw problem;
    const hint = 'unknown here, a value that is not allowed, or one that needs a restart of the broker';
    return {
      ...refuse('INVALID_CONFIG', `Kafka does not take ${guilty.join(', ')}`, hint),
      wire: 'refused',
      class: 'validation',
    };
  }
}

const isAboutSettings = (problem: unknown): boolean => /^INVALID_(CONFIG|REQUEST)$/.test(deepestOf(problem).type ?? '');

const readBackMs = 10_000;
const readBackPauseMs = 50;

export interface ReadBack<T> {
  readonly read: () => Promise<T>;
  readonly shows: (now: T) => boolean;
  /** What is there instead, for people. */
  readonly words: (now: T) => string;
}

/**
 * A controller acknowledges before every broker has heard. Undefined: the cluster shows it; otherwise unknown, since the write was taken.
 * Answers of a broker that has not heard yet are asked again; a lost connection is thrown.
 */
export async function readBack<T>(context: RunContext, what: ReadBack<T>, withinMs = readBackMs): Promise<Refusal | undefined> {
  const end = context.clock.now() + withinMs;
  for (;;) {
    let seen: string;
    try {
      const now = await what.read();
      if (what.shows(now)) return undefined;
      seen = what.words(now);
    } catch (problem) {
      const { type, message } = deepestOf(problem);
      if (type === undefined) throw problem;
      seen = message ?? type;
    }
    if (context.clock.now() > end) return unseen(seen, withinMs);
    await pause(readBackPauseMs, context.signal);
  }
}

const unseen = (seen: string, withinMs: number): Refusal => ({
  ok: false,
  wire: 'unknown',
  class: 'timeout',
  code: 'not-visible',
  message: `acknowledged, but ${String(withinMs / 1000)} s later the cluster shows: ${seen}`,
  hint: 'the brokers may lag, or another client changed it; the next attempt re-reads before writing',
});
