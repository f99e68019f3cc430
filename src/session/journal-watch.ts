/** A run that only waits writes nothing, and so would not notice that its record was deleted. */
import { existsSync } from 'node:fs';
import type { Actor } from '../interpreter/core/model/value.ts';
import type { OperatorPort } from '../interpreter/engine/operator.ts';
import { sayingOperator } from '../interpreter/engine/operator.ts';

/** How often the record is looked for, ms. */
const everyMs = 2000;

/** Aborts once the journal file was removed: the abort cannot be recorded any more, and so ends the engine with exit code 10 before its next effect. */
export function recordGuard(
  journalPath: string,
  actor: Actor,
): { readonly operator: OperatorPort; readonly release: () => void } {
  const { operator, say } = sayingOperator();
  const timer = setInterval(() => {
    if (existsSync(journalPath)) return;
    const act = { is: 'abort', undo: false, force: true, reason: 'the record of the run was deleted' } as const;
    say({ is: 'control', id: 'record-deleted', by: actor, act });
  }, everyMs);
  timer.unref();
  return {
    operator,
    release: () => {
      clearInterval(timer);
    },
  };
}
