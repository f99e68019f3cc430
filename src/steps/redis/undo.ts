/**
 * `undo: restore` for the commands that commands.ts lists. A script in the server compares what is there with what the step had made of it,
 * and only then puts the captured state back (F49).
 */
import type { Argument, RedisClient } from '../../clients/redis/client.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import type { Done, RunContext } from '../../interpreter/port/step-type.ts';
import { changedMeanwhile } from '../../interpreter/port/step-type.ts';
import type { Old } from './capture.ts';
import { unpackDump } from './capture.ts';
import { fieldsOf, madeOf } from './made.ts';
import { restoreFields, restoreKey } from './undo-scripts.ts';

/** Key by key; the first that somebody else has changed since ends it, and says so. */
export async function restoreKeys(client: RedisClient, old: Json, argv: readonly string[], context: RunContext): Promise<Done> {
  const { at, keys } = old as unknown as Old;
  const restored: string[] = [];
  for (const one of keys) {
    const answer = await client.call(scriptFor(one, at, argv, context.overwrite === true), context.signal, context.sent);
    if (!answer.ok) return answer;
    if (answer.reply === 'changed') return changedSince(one.key, restored);
    if (answer.reply === 'restored') restored.push(one.key);
  }
  return { ok: true, changed: restored.length > 0, result: { reply: restored } };
}

function scriptFor(one: Old['keys'][number], at: number, argv: readonly string[], overwrite: boolean): readonly Argument[] {
  if ('fields' in one) {
    const set = fieldsOf(argv);
    const words = one.fields.flatMap(({ name, value }) =>
      value === null ? [name, set.get(name) ?? '', '0', ''] : [name, set.get(name) ?? '', '1', unpackDump(value)],
    );
    return ['EVAL', restoreFields(overwrite), '1', one.key, ...words];
  }
  const made = madeOf(argv);
  const [value, expires] = 'value' in one ? [unpackDump(one.value), one.expires ?? 0] : ['', 0];
  const words = [made.kind, made.value, String(made.ttl), String(at), one.type, value, String(expires)];
  return ['EVAL', restoreKey(overwrite), '1', one.key, ...words];
}

const changedSince = (key: string, restored: readonly string[]): Done => ({
  ok: false,
  wire: 'refused',
  class: 'validation',
  code: changedMeanwhile,
  message: `the key ${key} was changed by somebody else since`,
  hint: restored.length === 0 ? 'nothing was put back' : `put back before: ${restored.join(', ')}`,
});
