/** What a replica is sent, so that it knows the run as far as the command needs it. */
import { genesis } from '../../interpreter/core/model/journal-line.ts';
import type { Catching, WorkDone, JournalPlace } from '../protocol.ts';
import type { Run } from './run-state.ts';

/** Of arguments that the history keeps, characters: whoever needs more asks for it. */
const longestKept = 256 * 1024;

/** Since what the replicas of a queue had last. `kept`: the history keeps the arguments. */
export function catchingOf(run: Run, queue: string, kept: boolean): Catching {
  const first = firstPlace(run);
  const after = run.sent.get(queue) ?? first;
  const lines = run.chain.lines(after.seq + 1);
  const isLong = kept && lines.reduce((sum, line) => sum + line.length, 0) > longestKept;
  return { run: run.order.run, after: isLong ? run.chain.place() : after, lines: isLong ? [] : lines };
}

/** For a replica that said where it is: from there, or all of this part. */
export function catchingAll(run: Run, { at, known }: Extract<WorkDone, { is: 'behind' }>): Catching {
  const after = known && run.chain.headAt(at.seq) === at.head ? at : firstPlace(run);
  const { plan, source, origin, config, roles, zones } = run.order;
  const files = [...run.files.values()].filter(({ name }) => isValue(name));
  return {
    run: run.order.run,
    after,
    lines: run.chain.lines(after.seq + 1),
    files,
    start: { plan, source, origin, config, roles, zones, parts: run.order.carried?.parts ?? [] },
  };
}

const firstPlace = (run: Run): JournalPlace => run.order.carried?.place ?? { seq: 0, head: genesis };

/** Records name these files, so expressions may need them; what was printed is for people. */
const isValue = (name: string): boolean => name.includes('value-');
