/** Sends one message as a step would: with files to attach, a deadline of one's own and a clock whose pauses are on record instead of waited. */
import type { Json } from '../../src/interpreter/core/model/value.ts';
import type { Done, StepType } from '../../src/interpreter/port/step-type.ts';
import { openStep } from './session.ts';

export interface Sent {
  readonly done: Done;
  /** True when a byte that may have an effect left. */
  readonly sent: boolean;
  /** Milliseconds of the pauses that were asked for. */
  readonly pauses: readonly number[];
}

export interface Sending {
  readonly key?: string;
  /** Milliseconds; the pauses on record count, although nobody waits for them. */
  readonly deadline?: number;
  readonly signal?: AbortSignal;
}

export const attachments = [
  { name: 'r-report.md', media: 'text/markdown', content: '# Report' },
  { name: 'r-evidence.json', media: 'application/json', content: '{}' },
];

export async function sendMessage(
  step: StepType,
  { type, ...target }: { readonly type: string; readonly [key: string]: Json },
  params: Json,
  options: Sending = {},
): Promise<Sent> {
  const bench = await openStep(step, target, type);
  const context = bench.context(options.signal ?? AbortSignal.timeout(10_000));
  const pauses: number[] = [];
  const waited = (): number => pauses.reduce((sum, one) => sum + one, 0);
  const done = await bench.session.run(params, {
    ...context,
    deadline: options.deadline ?? 60_000,
    idempotencyKey: options.key ?? 'run/step',
    clock: {
      ...context.clock,
      now: () => context.clock.now() + waited(),
      sleep: async (ms) => {
        pauses.push(ms);
      },
    },
    attachments: async (kinds) => attachments.filter((one) => kinds.some((kind) => one.name.includes(kind))),
  });
  await bench.session.close();
  return { done, sent: context.log.sent, pauses };
}
