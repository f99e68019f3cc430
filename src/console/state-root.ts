import { accessSync, constants, mkdirSync, realpathSync, statSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { whyForeign } from '../interpreter/store/ownership.ts';
import { usage } from './exit-codes.ts';

/** Where runs are kept: RUNBOOK_STATE_DIR, else XDG_STATE_HOME/runbook, else ~/.local/state/runbook. */
export function stateRoot(): string {
  const own = process.env['RUNBOOK_STATE_DIR'];
  if (own !== undefined && own !== '') return own;
  const base = process.env['XDG_STATE_HOME'];
  return join(base !== undefined && base !== '' ? base : join(homedir(), '.local', 'state'), 'runbook');
}

/** The same folder, made if need be and found writable. Throws CommandError (2) where it cannot be used. */
export function writableStateRoot(): string {
  const root = stateRoot();
  try {
    makeFolder(root);
    accessSync(root, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (problem) {
    const { code = 'unknown' } = problem as NodeJS.ErrnoException;
    throw usage(`cannot keep runs in ${root} (${code})`, 'choose a folder that you can write with RUNBOOK_STATE_DIR');
  }
  refuseForeign(root);
  return root;
}

/** Whoever can change the folder, one in it, or put another one in its place, can change what runs do and what they recorded. */
function refuseForeign(root: string): void {
  const around = statSync(dirname(root));
  const inside = ['runs', 'locks'].map((name) => {
    const stats = statSync(join(root, name), { throwIfNoEntry: false });
    return stats === undefined ? undefined : whyForeign(`the folder ${name} in it`, stats);
  });
  const reasons = [
    whyForeign('it', statSync(root)),
    isSticky(around) ? undefined : whyForeign('the folder around it', around),
    ...inside,
    whyReplaceable(realpathSync(root)),
  ];
  const why = reasons.find((one) => one !== undefined);
  if (why !== undefined)
    throw usage(
      `cannot keep runs in ${root}: ${why}`,
      'take the permission away, or choose another folder with RUNBOOK_STATE_DIR',
    );
}

const isSticky = ({ mode }: Stats): boolean => (mode & 0o1000) !== 0;

/** A folder farther up that everybody can write lets everybody put another one below it. */
function whyReplaceable(folder: string): string | undefined {
  const above = dirname(folder);
  if (above === folder) return undefined;
  const stats = statSync(above);
  if ((stats.mode & 0o002) !== 0 && !isSticky(stats))
    return `the folder ${above} above it can be written by other users (mode ${(stats.mode & 0o7777).toString(8)})`;
  return whyReplaceable(above);
}

/** One level at a time: node's own recursive mkdir never ends on file systems that refuse to make anything, such as /proc. */
function makeFolder(path: string): void {
  const there = statSync(path, { throwIfNoEntry: false });
  if (there?.isDirectory() === true) return;
  if (there === undefined && dirname(path) !== path) makeFolder(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (problem) {
    // Another run made it in the same moment: the first ones on a machine often start together.
    if ((problem as NodeJS.ErrnoException).code !== 'EEXIST' || !statSync(path).isDirectory()) throw problem;
  }
}
