/** Where the servers' programs are: on PATH, or where Debian puts what it keeps off the PATH. */
import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Absolute path of an executable, or undefined. */
export function find(name: string, path = process.env['PATH'] ?? ''): string | undefined {
  for (const folder of path.split(delimiter)) {
    if (folder !== '' && executable(join(folder, name))) return join(folder, name);
  }
  return undefined;
}

/** Newest PostgreSQL that has both `postgres` and `initdb`; Debian keeps them in /usr/lib/postgresql/<version>/bin. */
export function findPostgres(): { readonly postgres: string; readonly initdb: string } | undefined {
  const folders = versions('/usr/lib/postgresql').map((version) => join('/usr/lib/postgresql', version, 'bin'));
  for (const folder of folders) {
    if (executable(join(folder, 'postgres')) && executable(join(folder, 'initdb'))) {
      return { postgres: join(folder, 'postgres'), initdb: join(folder, 'initdb') };
    }
  }
  const [postgres, initdb] = [find('postgres'), find('initdb')];
  return postgres === undefined || initdb === undefined ? undefined : { postgres, initdb };
}

/** Outside the PATH of users on Debian; it must be started by its absolute path anyway. */
export const findSshd = (): string | undefined => find('sshd') ?? find('sshd', '/usr/sbin');

function versions(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort((a, b) => Number(b) - Number(a));
  } catch {
    return [];
  }
}

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** The path of a program that must be there by now. */
export function need(name: string, found: string | undefined = find(name)): string {
  if (found === undefined) throw new Error(`${name} is not installed; run: node dist/lab.js install`);
  return found;
}
