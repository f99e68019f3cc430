/** Where the socket of a run is. Paths of sockets are cut silently by the system at 107 bytes, so they are short, and long ones are refused. */
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const longestPath = 100;

export type Address = { readonly ok: true; readonly path: string } | { readonly ok: false; readonly why: string };

/**
 * `$XDG_RUNTIME_DIR/runbook/<hash>.sock`, else in a folder of this user in the temporary directory. The name comes from the run directory, so two
 * state folders with the same run id (a copy) never share one.
 */
export function socketAddress(runDirectory: string, env: NodeJS.ProcessEnv = process.env): Address {
  const name = `${createHash('sha256').update(realpathSync(runDirectory)).digest('hex').slice(0, 20)}.sock`;
  const uid = process.getuid?.() ?? 0;
  const runtime = env['XDG_RUNTIME_DIR'];
  const folders = [
    ...(runtime === undefined || runtime === '' ? [] : [join(runtime, 'runbook')]),
    join(tmpdir(), `runbook-${String(uid)}`),
  ];
  const reasons: string[] = [];
  for (const folder of folders) {
    const path = join(folder, name);
    const why = Buffer.byteLength(path) > longestPath ? tooLong(path) : prepare(folder, uid);
    if (why === undefined) return { ok: true, path };
    reasons.push(why);
  }
  return { ok: false, why: reasons.join('; ') };
}

const tooLong = (path: string): string =>
  `the socket ${path} would have a path of ${String(Buffer.byteLength(path))} bytes, and more than ${String(longestPath)} are not possible`;

/** Only this user may enter it: whoever can reach the socket can act in the run. Undefined: it is as it must be. */
function prepare(folder: string, uid: number): string | undefined {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const found = lstatSync(folder);
    if (!found.isDirectory()) return `${folder} is not a folder`;
    if (found.uid !== uid) return `${folder} belongs to another user`;
    if ((found.mode & 0o077) !== 0)
      return `${folder} can be entered by others (mode ${(found.mode & 0o777).toString(8)}, must be 700)`;
    return undefined;
  } catch (problem) {
    return `${folder} cannot be made: ${(problem as Error).message}`;
  }
}
