/**
 * What every step type promises, as checks that a test calls: our own types, and packages from elsewhere. Each function returns what is wrong,
 * one line each; nothing is wrong when the list is empty.
 */
import type { Json } from '../core/model/value.ts';
import type { Done, OpenContext, RunContext, StepType } from './step-type.ts';

export interface Papers {
  /** Text of README.md. */
  readonly readme: string | undefined;
  /** Texts of examples/*.yaml. */
  readonly examples: readonly string[];
}

type Schema = Readonly<Record<string, Json>>;
const isSchema = (json: unknown): json is Schema => json !== null && typeof json === 'object' && !Array.isArray(json);

/** The manifest is data, describes every key, and its pointers point at something. */
export function manifestProblems({ manifest }: StepType): readonly string[] {
  const problems: string[] = [];
  const wrong = (is: boolean, words: string): void => {
    if (is) problems.push(`${manifest.type}: ${words}`);
  };
  wrong(!/^[a-z][a-z0-9-]*$/.test(manifest.type), 'the type is not in lower case with hyphens');
  wrong(!manifest.summary.endsWith('.'), 'the summary is not a sentence');
  wrong(JSON.stringify(JSON.parse(JSON.stringify(manifest))) !== JSON.stringify(manifest), 'the manifest is not plain data');
  const params = manifest.params as Schema;
  wrong(params['additionalProperties'] !== false, 'unknown keys would be accepted');
  for (const [key, one] of Object.entries(isSchema(params['properties']) ? params['properties'] : {}))
    wrong(!isSchema(one) || typeof one['description'] !== 'string', `${key} has no description`);
  const pointers = [
    ...manifest.secretAt,
    ...Object.keys(manifest.sinkAt),
    ...manifest.forbidTemplateAt,
    ...(manifest.messageAt ?? []),
    ...(manifest.durationAt ?? []),
    ...[...(manifest.readingOf ?? []), ...(manifest.target?.key === undefined ? [] : [manifest.target.key])].map(
      (key) => `/${key}`,
    ),
  ];
  for (const pointer of pointers) wrong(!reaches(params, pointer.split('/').slice(1)), `${pointer} points at no key`);
  for (const pointer of manifest.sensitiveAt ?? [])
    wrong(!reaches(manifest.result, pointer.split('/').slice(1)), `${pointer} is not in the result`);
  for (const pointer of [...(manifest.scaledAt ?? []), ...(manifest.intervalAt ?? [])])
    wrong(manifest.durationAt?.includes(pointer) !== true, `${pointer} is scaled, but no duration`);
  wrong(
    !reaches(manifest.result, (manifest.value ?? 'result').split('.').slice(1)),
    `${String(manifest.value)} is not in the result`,
  );
  return problems;
}

/** Whether keys lead through a schema; `*` is any key or item, and an open schema has every key. */
function reaches(schema: Json | undefined, keys: readonly string[]): boolean {
  const [first, ...rest] = keys;
  if (first === undefined) return schema !== undefined;
  if (!isSchema(schema)) return false;
  const options = schema['anyOf'] ?? schema['oneOf'];
  if (Array.isArray(options)) return (options as readonly Json[]).some((one) => reaches(one, keys));
  const properties = isSchema(schema['properties']) ? schema['properties'] : {};
  if (Object.hasOwn(properties, first)) return reaches(properties[first], rest);
  const open = schema['additionalProperties'];
  if (isSchema(open)) return reaches(open, rest);
  if (isSchema(schema['items'])) return reaches(schema['items'], rest);
  return schema['type'] === undefined || (first === '*' && open !== false);
}

/** There is a page that names every key, and an example that is linted by the caller. */
export function paperProblems({ manifest }: StepType, papers: Papers): readonly string[] {
  const { type } = manifest;
  if (papers.readme === undefined) return [`${type}: there is no README.md`];
  const all = `${papers.readme}\n${papers.examples.join('\n')}`;
  const problems = papers.examples.some((text) => new RegExp(`type: ${type}\\b`).test(text))
    ? []
    : [`${type}: no example uses it`];
  const properties = (manifest.params as Schema)['properties'];
  const unnamed = Object.keys(isSchema(properties) ? properties : {}).filter((key) => !new RegExp(`\\b${key}\\b`).test(all));
  return [...problems, ...unnamed.map((key) => `${type}: neither README nor examples show ${key}`)];
}

export interface Trial {
  /** The target's entry, for a server that is not there or does not matter. */
  readonly target: Json;
  /** Where the step type talks to several types of targets. */
  readonly targetType?: string;
  readonly params: Json;
}

/** `trial.ts` in the folder of a step type: what it does, against a server at this port of 127.0.0.1. */
export type TrialAt = (port: number) => Trial;

const settleMs = 12_000;

/** Stopped at any moment, a runner settles, closes, throws nothing, and never says `notStarted` after it had said `sent`. */
export async function stoppingProblems(type: StepType, trial: Trial, momentsMs: readonly number[]): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const ms of momentsMs) {
    const found = await stoppedAt(type, trial, ms);
    if (found !== undefined) problems.push(`${type.manifest.type}, stopped after ${String(ms)} ms: ${found}`);
  }
  return problems;
}

async function stoppedAt(type: StepType, trial: Trial, ms: number): Promise<string | undefined> {
  if (type.load === undefined) return undefined;
  const stop = new AbortController();
  if (ms === 0) stop.abort();
  else
    setTimeout(() => {
      stop.abort();
    }, ms).unref();
  const wire = { sent: false };
  const context = contextOf(trial, stop.signal, wire);
  const runner = await type.load();
  const session = await runner.open(context).catch(() => undefined);
  if (session === undefined) return undefined;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => {
      resolve('late');
    }, ms + settleMs);
  });
  const end = await Promise.race([
    session.run(trial.params, context).catch((problem: unknown) => `threw ${String(problem)}`),
    late,
  ]);
  clearTimeout(timer);
  await session.close();
  await session.close();
  if (end === 'late') return 'did not settle';
  if (typeof end === 'string') return end;
  return verdictOf(end, wire.sent);
}

function verdictOf(done: Done, sent: boolean): string | undefined {
  if (!done.ok && done.wire === 'notStarted' && sent) return `says notStarted (${done.code}) after it had sent`;
  if (!done.ok && done.message === '') return 'fails without words';
  return undefined;
}

function contextOf(trial: Trial, signal: AbortSignal, wire: { sent: boolean }): RunContext & OpenContext {
  return {
    target: trial.target,
    ...(trial.targetType === undefined ? {} : { targetType: trial.targetType }),
    secret: async () => 'secret',
    signal,
    deadline: 60_000,
    directory: '/tmp',
    key: 'step',
    attempt: 1,
    idempotencyKey: 'contract/step',
    cookie: 'contract:step:1',
    startedAt: '2026-01-01T00:00:00.000Z',
    clock: { now: () => performance.now(), wall: () => new Date(), sleep: sleepUntil },
    output: async () => undefined,
    warn: () => undefined,
    progress: () => undefined,
    sent: () => {
      wire.sent = true;
    },
    file: () => ({ write: async () => undefined, done: async () => null }),
    keepSecret: (name) => `secret:${name}`,
  };
}

const sleepUntil = (ms: number, stop: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    stop.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
