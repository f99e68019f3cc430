/**
 * What was planned as a read runs only if it still is one with its final parameters: a template may have brought an option that writes. One place
 * for steps, waits, guards, `doneWhen`, `check` and repetitions after a crash.
 */
import type { Json } from '../core/model/value.ts';
import type { Done, Facts, Session, StepType } from '../port/step-type.ts';

export function readingSession(session: Session, type: StepType, targetType: string | undefined): Session {
  return {
    ...session,
    run: async (params, context) =>
      refusal(type, params, targetType === undefined ? undefined : { type: targetType }) ?? session.run(params, context),
  };
}

function refusal(type: StepType, params: Json, target: { readonly type: string } | undefined): Done | undefined {
  const facts = factsOf(type, params, target);
  if (facts?.effect === 'read') return undefined;
  const why = facts?.doubt?.why;
  return {
    ok: false,
    wire: 'notStarted',
    class: 'config',
    code: 'write-in-read',
    message: `This was planned as a read, but with its final values it may change something${why === undefined ? '' : `: ${why}`}. Nothing was started.`,
    hint: facts?.doubt?.hint ?? 'check the values that its templates bring',
  };
}

/** Undefined: the parameters cannot be read, so nobody knows what they would do. */
function factsOf(type: StepType, params: Json, target: { readonly type: string } | undefined): Facts | undefined {
  try {
    return type.facts(params as Readonly<Record<string, Json>>, target);
  } catch {
    return undefined;
  }
}
