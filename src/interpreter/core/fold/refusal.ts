/** An answer that does not let the step continue, and what it means for the step. */
import type { Question } from '../model/event.ts';
import type { Instance } from '../model/state.ts';
import type { Fault } from '../model/value.ts';

const unanswered: readonly string[] = ['expired', 'unanswered', 'open'];

/** An offer that is declined leaves the step out, which is its purpose; doubt and failure have answers of their own. */
export function isRefusal(ask: Question, verdict: string, instance: Instance): boolean {
  switch (ask) {
    case 'offer':
    case 'doubt':
    case 'failure':
    case 'conflict':
      return false;
    case 'choice':
      if (instance.show?.options?.includes(verdict) === true) return false;
      return verdict === 'no' || unanswered.includes(verdict);
    case 'input':
    case 'manual':
      return verdict === 'no' || unanswered.includes(verdict);
    default:
      return verdict !== 'yes';
  }
}

export function refusalFault(verdict: string, reason?: string): Fault {
  if (verdict === 'no') return { class: 'answer', code: 'refused-by-operator', message: reason ?? 'The operator declined.' };
  return { class: 'answer', code: 'not-answered', message: reason ?? 'Nobody answered.' };
}
