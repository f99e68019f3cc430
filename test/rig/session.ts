/** Performs one step of a step type outside an engine: a context as the engine makes it, with what was sent and printed on record. */
import { tmpdir } from 'node:os';
import type { Json } from '../../src/interpreter/core/model/value.ts';
import type { Done, RunContext, Session, StepType, Warning } from '../../src/interpreter/port/step-type.ts';

export interface Performed {
  readonly done: Done;
  readonly sent: boolean;
  readonly output: string;
  readonly warnings: readonly Warning[];
}

interface Log {
  sent: boolean;
  output: string;
  readonly warnings: Warning[];
}

export interface Bench {
  readonly session: Session;
  run(params: Json, options?: { readonly signal?: AbortSignal; readonly timeoutMs?: number }): Promise<Performed>;
  context(signal?: AbortSignal): RunContext & { readonly log: Log };
}

export async function openStep(type: StepType, target: Json, targetType?: string, targetName?: string): Promise<Bench> {
  if (type.load === undefined) throw new Error(`${type.manifest.type} is performed by the engine`);
  const context = (signal: AbortSignal = new AbortController().signal): ReturnType<Bench['context']> => {
    const log: Log = { sent: false, output: '', warnings: [] };
    return {
      log,
      target,
      ...(targetType === undefined ? {} : { targetType }),
      ...(targetName === undefined ? {} : { targetName }),
      secret: async (name) => `secret ${name}`,
      signal,
      deadline: 60_000,
      directory: tmpdir(),
      key: 'step',
      attempt: 1,
      idempotencyKey: 'run/step',
      cookie: `test:step:${String(Math.round(performance.now() * 1000))}`,
      startedAt: new Date().toISOString(),
      clock: {
        now: () => performance.now(),
        wall: () => new Date(),
        sleep: (ms, stop) =>
          new Promise((resolve) => {
            const timer = setTimeout(resolve, ms);
            stop.addEventListener('abort', () => {
              clearTimeout(timer);
              resolve();
            });
          }),
      },
      output: async (_stream, chunk) => {
        log.output += Buffer.from(chunk).toString('utf8');
      },
      progress: () => undefined,
      warn: (warning) => log.warnings.push(warning),
      sent: () => {
        log.sent = true;
      },
      file: () => ({ write: async () => undefined, done: async () => null }),
      keepSecret: (name) => `secret:${name}`,
    };
  };
  const session = await (await type.load()).open(context());
  return {
    session,
    context,
    run: async (params, options = {}) => {
      const own = context(options.signal ?? AbortSignal.timeout(options.timeoutMs ?? 20_000));
      const done = await session.run(params, own);
      return { done, ...own.log };
    },
  };
}

/** The result of a step that must have worked. */
export function resultOf(performed: Performed): Json {
  if (!performed.done.ok) throw new Error(`${performed.done.code}: ${performed.done.message}`);
  return performed.done.result;
}
