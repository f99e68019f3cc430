/** journalctl exits 0 and prints a notice when a unit does not exist: a count over it would be 0 for ever. */
import { basename } from 'node:path';
import type { Done } from '../../interpreter/port/step-type.ts';
import type { Streams } from './streams.ts';

/** What journalctl prints about the journal, on stdout, also inside of a script; these are not lines of it. */
export const notices = /^-- (No entries --$|Boot [0-9a-f]{32} --$|Reboot --$|Logs begin at |Journal begins at )/;

/** Programs that fail when what they are asked for does not exist, so that no line from them is an honest 0. */
const failing = new Set(['docker', 'podman', 'nerdctl', 'kubectl', 'oc', 'cat', 'tail', 'head', 'zcat']);

/** The words of the program itself: `sudo -n` before it changes nothing about what it prints. */
function programOf(argv: readonly string[]): readonly string[] {
  if (basename(argv[0] ?? '') !== 'sudo') return argv;
  const first = argv.findIndex((word, index) => index > 0 && !word.startsWith('-'));
  return first < 0 ? argv : argv.slice(first);
}

const journalAt = (argv: readonly string[]): number => argv.findIndex((word) => basename(word) === 'journalctl');
/** Also behind a wrapper (`timeout 5 journalctl`). */
const isJournal = (argv: readonly string[]): boolean => journalAt(argv) >= 0;

/** What journalctl prints on stderr (that it may not see everything, that there is no journal) is about the log. */
export function streamsOf(argv: readonly string[], asked: Streams | undefined): Streams {
  return asked ?? (isJournal(argv) ? 'stdout' : 'both');
}

/** A command that exits 0 and prints something when every unit exists; undefined when journalctl was not asked for units. */
function proofOf(argv: readonly string[]): readonly string[] | undefined {
  const units: string[] = [];
  let user = false;
  const words = argv.slice(journalAt(argv) + 1);
  words.forEach((word, index) => {
    const [, flag, joined] = /^(-u|-U|--unit|--user-unit)(?:=?(.+))?$/.exec(word) ?? [];
    if (word === '--user' || flag === '-U' || flag === '--user-unit') user = true;
    const unit = joined ?? (flag === undefined ? undefined : words[index + 1]);
    if (unit !== undefined) units.push(unit);
  });
  return units.length === 0 ? undefined : ['systemctl', ...(user ? ['--user'] : []), '--no-pager', 'cat', '--', ...units];
}

/**
 * What a command that ended well without a single line means: 0 when the source is known to exist, otherwise no data.
 * `complaint`: what it printed on stderr; a journal that we may not see, or that is not there, is silent too.
 * `proves` runs a command where the log is, and tells whether it exited 0 and printed something.
 */
export async function judgeSilence(
  done: Extract<Done, { ok: true }>,
  { argv, complaint }: { readonly argv: readonly string[]; readonly complaint: string },
  proves: (command: readonly string[]) => Promise<boolean>,
): Promise<Done> {
  if (failing.has(basename(programOf(argv)[0] ?? ''))) return done;
  const silent = (why: string): Done => ({ ...done, noData: true, missing: `${argv.join(' ')} printed no line, and ${why}` });
  if (isJournal(argv) && complaint.trim() !== '') return silent(`told: ${complaint.trim().slice(0, 300)}`);
  const proof = isJournal(argv) ? proofOf(argv) : undefined;
  if (proof !== undefined && (await proves(proof))) return done;
  return silent(
    proof === undefined ? 'nothing shows that its source exists' : `${proof.join(' ')} does not show that the unit exists`,
  );
}
