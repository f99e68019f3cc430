// A build is made beside dist and swapped in, so that a program started meanwhile finds the old files or the new ones.
import { existsSync, readFileSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';

const filesOf = (folder) => readdirSync(folder, { recursive: true }).filter((name) => statSync(`${folder}/${name}`).isFile());

/** The same files again are left alone: the code cache stays warm, and nobody is disturbed. */
export function swapIn(next, folder) {
  const same = (name) =>
    existsSync(`${folder}/${name}`) && readFileSync(`${folder}/${name}`).equals(readFileSync(`${next}/${name}`));
  const made = filesOf(next);
  if (existsSync(folder) && filesOf(folder).length === made.length && made.every(same)) return;
  const former = `.${folder}-former-${process.pid}`;
  if (existsSync(folder)) renameSync(folder, former);
  renameSync(next, folder);
  rmSync(former, { recursive: true, force: true });
}
