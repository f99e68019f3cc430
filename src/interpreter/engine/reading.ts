/** One call of a runner, made into an outcome: deadline, cancel, what was on the wire, narrowing, emptiness. Runners know none of this. */
import { resolve } from 'node:path';
import type { Probe, Program } from '../core/model/plan.ts';
import type { Effect, Fault, Json, Key, Ms, Value, Verdict } from '../core/model/value.ts';
import { isNone } from '../language/cel/ast.ts';
import { evaluate, verdict } from '../language/cel/condition.ts';
import { isMissing } from '../language/cel/failure.ts';
import type { Done, Manifest, OpenContext, RunContext, Session } from '../port/step-type.ts';
import type { Engine } from './context.ts';
import { placeOf, scopeFor } from './context.ts';
import { parameters } from './parameters.ts';
import type { Concealed } from './concealing.ts';
import { conceal } from './concealing.ts';
import { int64Pointers, principal, toValue } from './values.ts';
import { readingSession } from './reading-session.ts';
import { noOutput, openOutput } from './output.ts';
import type { Settled } from './settle.ts';
import { limited, settle } from './settle.ts';
import type { Output } from './output.ts';

export interface ReadingCall {
  readonly key: Key;
  readonly n: number;
  readonly type: string;
  readonly target?: string;
  readonly program: Pick<Program, 'params' | 'target' | 'principal' | 'value' | 'sensitive' | 'onNoData'>;
  readonly effect: Effect;
  readonly signal: AbortSignal;
  /** Aborts after `signal`, when waiting for an orderly end is over. */
  readonly force?: AbortSignal;
  /** Run clock; 0 = none. */
  readonly until: Ms;
  readonly before?: Value;
  readonly idempotencyKey: string;
  /** Of an undo: somebody has decided that what others have changed since is replaced. */
  readonly overwrite?: true;
  /** Progress words for the screen; already throttled by the caller. */
  progress?(data: Json): void;
}

export type Reading =
  | {
      readonly is: 'ok';
      readonly changed: boolean | 'unknown';
      readonly value: Value;
      readonly result: Value;
      readonly empty: boolean;
      readonly output?: ReturnType<Output['close']>;
    }
  | {
      readonly is: 'failed' | 'notStarted' | 'unknown' | 'cancelled' | 'noData';
      readonly fault: Fault;
      readonly result?: Value;
      /** It ran and failed, and what it did until then is not known. */
      readonly changed?: 'unknown';
      readonly output?: ReturnType<Output['close']>;
    };

export type Use = (session: Session, params: Json, context: RunContext) => Promise<Done>;

export async function read(
  engine: Engine,
  call: ReadingCall,
  use: Use = (session, params, context) => session.run(params, context),
): Promise<Reading> {
  const type = engine.registry.get(call.type);
  if (type === undefined) return failed('plugin', 'unknown-type', `there is no step type ${call.type}`);
  const scope = scopeFor(engine, call.key, call.before === undefined ? {} : { before: call.before });
  const rendered = await parameters(engine, type.manifest, call, scope, call.signal);
  if (!rendered.ok) return { is: 'notStarted', fault: rendered.fault };
  const target = rendered.target ?? call.target;
  const left = call.until === 0 ? Number.MAX_SAFE_INTEGER : Math.max(1, call.until - engine.now());
  const opened = await engine.sessions.open(call.type, target, call.signal, left);
  if (!opened.ok) return { is: 'notStarted', fault: { ...opened.fault, message: engine.redactor.text(opened.fault.message) } };
  // Output is written while nobody knows yet what is sensitive in it.
  const output =
    call.program.sensitive === undefined
      ? openOutput(`${engine.directory.path}/output`, `${call.key}-${String(call.n)}.log`, engine.redactor, engine.outputLimit)
      : noOutput;
  const wire = { sent: false };
  const limit = limited(call.signal, left);
  const own = { ...opened.context, directory: folderOf(engine, call.key) };
  const context = runContext(engine, call, own, limit.signal, left, output, wire);
  const session = call.effect === 'read' ? readingSession(opened.session, type, opened.context.targetType) : opened.session;
  const done = await settle(use(session, rendered.params, context), limit.signal, call.force);
  limit.end();
  const kept = output.close();
  const reading = toReading(engine, call, type.manifest, done, {
    sent: wire.sent,
    timedOut: limit.isOver(),
    within: left,
    cancelled: call.signal.aborted,
  });
  if (limit.isOver() || reading.is === 'unknown') await engine.sessions.drop(call.type, target);
  return kept === undefined ? reading : { ...reading, output: kept };
}

/** Relative paths of a step begin in the folder of the runbook in which it is written. */
function folderOf(engine: Engine, key: Key): string {
  const { node } = placeOf(engine, key);
  const folder = node.call === undefined ? undefined : engine.plan.calls?.[node.call]?.folder;
  return folder === undefined ? engine.baseDirectory : resolve(engine.baseDirectory, folder);
}

function toReading(
  engine: Engine,
  call: ReadingCall,
  manifest: Manifest,
  settled: Settled,
  how: { readonly sent: boolean; readonly timedOut: boolean; readonly cancelled: boolean; readonly within: number },
): Reading {
  const doubtful = how.sent && call.effect !== 'read';
  // First of all: from here on the redactor knows what is sensitive in it.
  const concealed = concealedResult(engine, call, manifest, settled);
  if (settled.is === 'done' && settled.done.ok) return narrowed(engine, call, manifest, settled.done, concealed);
  const why: Fault = how.timedOut
    ? {
        class: 'timeout',
        code: 'timeout',
        message: `timed out after ${seconds(how.within)}${settled.is === 'done' ? `: ${engine.redactor.text(messageOf(settled.done))}` : ''}`,
      }
    : how.cancelled
      ? { class: 'cancelled', code: 'cancelled', message: 'cancelled' }
      : faultOf(engine, settled);
  const result =
    settled.is === 'done' && !settled.done.ok && settled.done.result !== undefined
      ? { result: resultValue(engine, manifest, concealed, settled.done) }
      : {};
  const wire = settled.is === 'done' && !settled.done.ok ? settled.done.wire : how.sent ? 'unknown' : 'notStarted';
  if (doubtful && wire === 'unknown') return { is: 'unknown', fault: why, ...result };
  if (how.cancelled && !how.timedOut) return { is: 'cancelled', fault: why, ...result };
  const ran = settled.is === 'done' && !settled.done.ok && settled.done.changed === 'unknown' && call.effect !== 'read';
  return {
    is: wire === 'notStarted' && !how.sent ? 'notStarted' : 'failed',
    fault: why,
    ...result,
    ...(ran ? { changed: 'unknown' } : {}),
  };
}

const seconds = (ms: number): string => `${String(Math.round(ms / 100) / 10)}s`;

const messageOf = (done: Done): string => (done.ok ? '' : done.message);

function faultOf(engine: Engine, settled: Settled): Fault {
  if (settled.is === 'abandoned')
    return { class: 'timeout', code: 'abandoned', message: 'the step ignored cancellation and was abandoned' };
  if (settled.is === 'threw') return { class: 'plugin', code: 'runner-threw', message: engine.redactor.text(settled.message) };
  const done = settled.done;
  if (done.ok) return { class: 'unknown', code: 'none', message: '' };
  return {
    class: done.class,
    code: done.code,
    message: engine.redactor.text(done.message),
    ...(done.hint === undefined ? {} : { hint: engine.redactor.text(done.hint) }),
  };
}

function concealedResult(engine: Engine, call: ReadingCall, manifest: Manifest, settled: Settled): Concealed {
  const result = settled.is === 'done' ? settled.done.result : undefined;
  const { sensitive } = call.program;
  return conceal(result ?? null, engine.vault, {
    owner: `steps.${call.key}`,
    manifest,
    ...(sensitive === undefined ? {} : { sensitive }),
  });
}

/** A misspelt pointer would leave in clear what it was to mask. */
function warnOfUnmatched(engine: Engine, { key, n }: ReadingCall, { unmatched }: Concealed): void {
  if (unmatched.length === 0) return;
  const message = `sensitive: the result has nothing at ${unmatched.join(', ')}, so nothing was masked there`;
  engine.observed({ type: 'attempt.noted', key, n, note: 'warning', data: { code: 'sensitive-unmatched', message } });
}

function resultValue(
  engine: Engine,
  manifest: Manifest,
  { json, secret }: Concealed,
  marks: Pick<Extract<Done, { ok: true }>, 'cut' | 'undecoded' | 'int64'>,
): Value {
  const sink = { redactor: engine.redactor, folder: `${engine.directory.path}/output` };
  return toValue(json, [...int64Pointers(manifest.result, json), ...(marks.int64 ?? [])], sink, { ...marks, secret });
}

/** The principal value by manifest, narrowed by the author's `value`, emptiness by `onNoData`. */
function narrowed(
  engine: Engine,
  call: ReadingCall,
  manifest: Manifest,
  done: Extract<Done, { ok: true }>,
  concealed: Concealed,
): Reading {
  const result = resultValue(engine, manifest, concealed, done);
  const empty = done.noData === true;
  const base = { is: 'ok', changed: call.effect === 'read' ? false : done.changed, result, empty } as const;
  if (empty && (call.program.onNoData === 'fail' || call.program.onNoData === 'wait')) {
    return {
      is: 'noData',
      fault: {
        class: 'noData',
        code: 'no-data',
        message: `the step returned no data${done.missing === undefined ? '' : `: ${engine.redactor.text(done.missing)}`}`,
        hint: 'set onNoData if an empty result is acceptable',
      },
      result,
    };
  }
  if (empty && call.program.onNoData === 'zero') return { ...base, value: { json: 0 } };
  if (empty) return { ...base, value: { json: null } };
  warnOfUnmatched(engine, call, concealed);
  const found = principal(call.program.principal ?? null, concealed.json);
  const sink = { redactor: engine.redactor, folder: `${engine.directory.path}/output` };
  const all = [...int64Pointers(manifest.result, done.result), ...(done.int64 ?? [])];
  const below = (pointers: readonly string[]): readonly string[] =>
    pointers
      .filter((one) => one === found.pointer || one.startsWith(`${found.pointer}/`))
      .map((one) => one.slice(found.pointer.length));
  const value =
    found.pointer === ''
      ? result
      : toValue(found.json, below(all), sink, {
          cut: below(done.cut ?? []),
          undecoded: below(done.undecoded ?? []),
          secret: Object.fromEntries(
            Object.entries(concealed.secret).flatMap(([pointer, name]) => below([pointer]).map((one) => [one, name])),
          ),
        });
  if (call.program.value === undefined) return { ...base, value };
  const scope = scopeFor(engine, call.key, { result, value, ...(call.before === undefined ? {} : { before: call.before }) });
  const narrowedValue = evaluate(call.program.value, scope);
  if (!narrowedValue.ok && isMissing(narrowedValue.fault) && call.program.onNoData !== 'fail')
    return call.program.onNoData === 'wait'
      ? { is: 'noData', fault: { ...narrowedValue.fault, class: 'noData' }, result }
      : { ...base, value: { json: call.program.onNoData === 'zero' ? 0 : null } };
  if (!narrowedValue.ok)
    return { is: narrowedValue.fault.class === 'noData' ? 'noData' : 'failed', fault: narrowedValue.fault, result };
  return { ...base, value: toValue(narrowedValue.value, narrowedValue.int64, sink, timesOf(narrowedValue)) };
}

const timesOf = ({ times }: { readonly times?: readonly string[] }): Pick<Value, 'times'> =>
  times === undefined ? {} : { times };

/** All must hold; the first that does not decides. */
export function judgeReading(
  engine: Engine,
  key: Key,
  expect: readonly string[],
  reading: { readonly value: Value; readonly result: Value; readonly before?: Value },
): { readonly verdict: Verdict; readonly fault?: Fault } {
  const scope = scopeFor(engine, key, reading);
  for (const source of expect) {
    const found = verdict(source, scope);
    if (found.verdict === 'true') continue;
    if (found.fault !== undefined) return { verdict: found.verdict, fault: found.fault };
    const value = reading.value.json === undefined ? undefined : JSON.stringify(reading.value.json);
    const words = `expected ${source}${value === undefined || value.length > 200 ? '' : `, value is ${value}`}`;
    return { verdict: found.verdict, fault: { class: 'validation', code: 'expect', message: words } };
  }
  return { verdict: 'true' };
}

export const probeProgram = (probe: Probe): ReadingCall['program'] => ({
  params: probe.params,
  ...(probe.target === undefined ? {} : { target: probe.target }),
  ...(probe.principal === undefined ? {} : { principal: probe.principal }),
  ...(probe.value === undefined ? {} : { value: probe.value }),
  ...(probe.sensitive === undefined ? {} : { sensitive: probe.sensitive }),
  onNoData: probe.expect.some(isNone) ? 'absent' : 'fail',
});

function failed(kind: Fault['class'], code: string, message: string): Reading {
  return { is: 'notStarted', fault: { class: kind, code, message } };
}

const closingMoments = new Set(['finished', 'succeeded', 'failed']);

const isClosing = (engine: Engine, key: Key): boolean => closingMoments.has(engine.state().instances[key]?.sending?.moment ?? '');

function runContext(
  engine: Engine,
  call: ReadingCall,
  open: OpenContext,
  signal: AbortSignal,
  left: Ms,
  output: Output,
  wire: { sent: boolean },
): RunContext {
  return {
    ...open,
    signal,
    ...(call.force === undefined ? {} : { force: call.force }),
    deadline: left,
    key: call.key,
    attempt: call.n,
    idempotencyKey: call.idempotencyKey,
    cookie: cookieOf(engine, call.key, call.n),
    startedAt: engine.clock.wall().toISOString(),
    clock: { now: () => engine.now(), wall: () => engine.clock.wall(), sleep: (ms, stop) => engine.clock.sleep(ms, stop) },
    output: async (stream, chunk) => {
      output.write(stream, chunk);
    },
    progress: (progress) => {
      call.progress?.({ ...progress });
    },
    warn: (warning) => {
      const data = engine.redactor.json({ ...warning }).json;
      engine.observed({ type: 'attempt.noted', key: call.key, n: call.n, note: 'warning', data });
    },
    sent: () => {
      wire.sent = true;
    },
    file: (name) => evidenceFile(engine, call, name),
    ...(call.overwrite === undefined ? {} : { overwrite: true }),
    ...(isClosing(engine, call.key) ? { closing: true } : {}),
    ...(engine.attachments === undefined ? {} : { attachments: engine.attachments }),
    keepSecret: (name, value) => {
      engine.vault.keep(name, value);
      return `secret:${name}`;
    },
  };
}

/** Marks the children of an attempt, so that survivors can be found after a crash (M10). */
export const cookieOf = (engine: Pick<Engine, 'directory'>, key: Key, n: number): string =>
  `${engine.directory.id}:${key}:${String(n)}`;

function evidenceFile(
  engine: Engine,
  call: ReadingCall,
  name: string,
): { write(chunk: Uint8Array): Promise<void>; done(): Promise<Json> } {
  const file = `${call.key}-${name.replaceAll(/[^A-Za-z0-9._-]/g, '_')}`;
  const output = openOutput(`${engine.directory.path}/evidence`, file, engine.redactor, engine.outputLimit);
  return {
    write: async (chunk) => {
      output.write('out', chunk);
    },
    done: async () => {
      const kept = output.close();
      return { file: `evidence/${file}`, bytes: kept?.bytes ?? 0, sha: kept?.sha ?? '' };
    },
  };
}
