/** What a plan would do to the world, for whoever is about to begin it: counted, and the steps that change something first. Pure. */
import type { Node, Plan } from '../../interpreter/core/model/plan.ts';
import { readingLanes } from '../../interpreter/core/model/plan.ts';

/** `29 reads, 3 WRITES, 1 DESTRUCTIVE, 4 messages`, then a line for each step that changes something. */
export function effectLines(plan: Plan): readonly string[] {
  const shown = plan.only === 'diagnosis' ? readingLanes : undefined;
  const steps = plan.nodes.filter(
    (node) => node.kind !== 'group' && node.lane !== 'undo' && (shown?.includes(node.lane) ?? true),
  );
  const messages = steps.filter((node) => node.lane === 'comms');
  const work = steps.filter((node) => node.lane !== 'comms');
  const changes = (['destructive', 'write'] as const).flatMap((effect) => work.filter((node) => node.effect === effect));
  const count = (effect: Node['effect']): number => work.filter((node) => node.effect === effect).length;
  const counts = [
    counted(count('read'), 'read', 'reads'),
    counted(count('write'), 'WRITE', 'WRITES'),
    counted(count('destructive'), 'DESTRUCTIVE', 'DESTRUCTIVE'),
    counted(messages.length, 'message', 'messages'),
  ].filter((one) => one !== '');
  return [`${counts.join(', ')}${changes.length === 0 ? '; nothing is changed' : ''}`, ...changes.map(lineOf)];
}

const counted = (count: number, one: string, many: string): string =>
  count === 0 ? '' : `${String(count)} ${count === 1 ? one : many}`;

function lineOf(node: Node): string {
  const target = node.target === undefined ? '' : ` on ${node.target}`;
  const asks = node.has.confirm || node.has.approve || node.has.offer ? ', asks first' : '';
  const undo = node.has.undo === 'none' ? ', cannot be undone' : ', can be undone';
  const list = node.forEach === undefined ? '' : ', for each item of a list';
  return `  ${node.effect.toUpperCase()}${target}: ${node.title}${list}${node.kind === 'undo' ? ', an undo' : undo}${asks}`;
}
