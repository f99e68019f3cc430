/** What a write would change, read from its target before it is performed: for `check`, and for whoever is asked to agree to it. */
import type { Node } from '../core/model/plan.ts';
import type { Key } from '../core/model/value.ts';
import type { Engine } from './context.ts';
import { read } from './reading.ts';

export interface Diff {
  /** What is sent, or what would change where the step type can tell. */
  readonly words: string;
  readonly reading: Awaited<ReturnType<typeof read>>;
}

/** `limitMs`: a target that does not answer by then is a fault of the reading. Changes nothing. */
export async function diffOf(engine: Engine, node: Node, key: Key, limitMs: number): Promise<Diff> {
  let words = '';
  const call = {
    key,
    n: 0,
    type: node.type,
    ...(node.target === undefined ? {} : { target: node.target }),
    program: {
      params: node.program.params,
      ...(node.program.target === undefined ? {} : { target: node.program.target }),
      onNoData: 'absent' as const,
    },
    effect: 'read' as const,
    signal: new AbortController().signal,
    until: engine.now() + limitMs,
    idempotencyKey: `preview/${key}`,
  };
  const reading = await read(engine, call, async (session, params, context) => {
    words = session.describe(params);
    if (node.effect === 'read') return session.run(params, context);
    if (session.preview !== undefined) words = (await session.preview(params, context)).diff;
    return { ok: true, changed: false, result: null };
  });
  return { words: engine.redactor.text(words), reading };
}
