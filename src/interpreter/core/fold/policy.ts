/** What a failure does to the run: `onFailure` of the step, stricter in preconditions, tolerant where nothing stops. */
import type { Node } from '../model/plan.ts';
import type { Instance } from '../model/state.ts';
import type { Stop } from '../model/status.ts';
import type { Effect } from '../model/value.ts';

/** Effect in force: the server's word may only be stricter than the plan's. */
export function effectOf(planned: Effect, instance: Instance): Effect {
  return instance.effect !== undefined && planned === 'read' ? instance.effect : planned;
}

/** What is not as expected is told and neither stops the run nor changes its outcome. */
export const isFinding = (node: Pick<Node, 'lane' | 'finding'>): boolean => node.lane === 'diagnosis' || node.finding === true;

/** A failure is recorded and the rest continues. */
export const isTolerant = (node: Node): boolean => isFinding(node) || isBesideWork(node);

/** Lanes that are not part of the work: they also run after a step at which the work ends. */
export const isBesideWork = ({ lane }: Node): boolean =>
  !['precondition', 'containment', 'main', 'validation', 'watch'].includes(lane);

/**
 * The stop that the end of this instance causes, if any. A refusal follows the policy only where the run has changed something; before, it ends
 * the run. Containers pass on nothing that a child already decided. */
export function stopAfterFailure(node: Node, instance: Instance, hasChanged: () => boolean): Stop | undefined {
  if (isTolerant(node)) return undefined;
  if (instance.status === 'unknown') {
    if (node.repeatable && node.onFailure === 'continue') return undefined;
    return { cause: 'unknown', undo: node.onFailure === 'undo', force: false, key: instance.key };
  }
  if (instance.status !== 'failed') return undefined;
  if (node.lane !== 'watch' && (instance.bad ?? 0) > 0) return undefined;
  if (node.lane === 'watch' && instance.parent !== undefined) return undefined;
  return stopOf(node, instance, hasChanged);
}

function stopOf(node: Node, instance: Instance, hasChanged: () => boolean): Stop | undefined {
  const fault = instance.fault;
  const reason = instance.answer?.reason ?? fault?.message;
  const base = {
    force: false,
    key: instance.key,
    ...(reason === undefined ? {} : { reason }),
    ...(instance.answer?.by === undefined ? {} : { by: instance.answer.by }),
  };
  if (node.lane === 'precondition' && fault?.code !== 'not-answered') return { ...base, cause: 'refused', undo: false };
  const refused = fault?.class === 'answer';
  if (node.onFailure === 'continue' && (!refused || hasChanged())) return undefined;
  const undo = node.onFailure === 'undo' || (instance.answer?.ask === 'failure' && instance.answer.verdict === 'undo');
  return { ...base, cause: refused ? 'not-answered' : 'failed', undo };
}
