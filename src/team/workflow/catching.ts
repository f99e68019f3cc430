/** What a replica is sent, so that it knows the run as far as the command needs it. */
import { genesis } from '../../interpreter/core/model/journal-line.ts';
import type { Catching, JournalPlace } from '../protocol.ts';
import type { Run } from './run-state.ts';

/** The history keeps arguments. Characters: whoever needs more asks the run for it. */
const longest = 256 * 1024;

/** Since what the replicas of a queue had last. */
export function catchingOf(run: Run, queue: string): Catching {
  const after = run.sent.get(queue) ?? firstPlace(run);
  const lines = run.chain.lines(after.seq + 1);
  const isLong = lines.reduce((sum, line) => sum + line.length, 0) > longest;
  return { run: run.order.run, after: isLong ? run.chain.place() : after, lines: isLong ? [] : lines };
}

const firstPlace = (run: Run): JournalPlace => run.order.carried?.place ?? { seq: 0, head: genesis };
