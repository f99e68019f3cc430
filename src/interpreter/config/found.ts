/**
 * The configuration that is found, not named: the nearest one upward, which counts only when nobody else could have put it there. It names commands
 * that are run (`exec:` secrets), addresses and who may approve.
 */
import { existsSync, lstatSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { whyForeign } from '../store/ownership.ts';

export const configFile = 'runbook.config.yaml';

export type Found =
  { readonly trusted: true; readonly path: string } | { readonly trusted: false; readonly path: string; readonly why: string };

/** Undefined: there is none up to the root of the repository, the home folder, or the root of the file system. */
export function findConfig(directory: string, name: string): Found | undefined {
  const home = homedir();
  for (let at = directory; ; at = dirname(at)) {
    const path = join(at, name);
    const file = lstatSync(path, { throwIfNoEntry: false });
    if (file !== undefined) {
      const why = whyUntrusted(at, file);
      return why === undefined ? { trusted: true, path } : { trusted: false, path, why };
    }
    if (at === home || existsSync(join(at, '.git')) || dirname(at) === at) return undefined;
  }
}

/** In a sticky folder (as /tmp is) nobody can replace a file of another user, so there the file alone decides. */
function whyUntrusted(folder: string, file: Stats): string | undefined {
  if (!file.isFile()) return 'it is not a regular file';
  const around = lstatSync(folder);
  const sticky = (around.mode & 0o1000) !== 0;
  return whyForeign('it', file) ?? (sticky ? undefined : whyForeign('its folder', around));
}
