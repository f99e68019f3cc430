/** Whether a file or folder is only this user's (or root's) to change. */
import type { Stats } from 'node:fs';

/** Why others may have put it there or may change it; undefined: nobody else can. `what` names it. */
export function whyForeign(what: string, { uid, gid, mode }: Stats): string | undefined {
  const own = process.getuid?.();
  if (own === undefined) return undefined;
  if (uid !== own && uid !== 0) return `${what} belongs to another user (uid ${String(uid)})`;
  // Where each user has a group of their own, files are writable for it by default.
  const groupIsOwn = gid === 0 || (gid === process.getgid?.() && gid === own);
  if ((mode & 0o002) !== 0 || ((mode & 0o020) !== 0 && !groupIsOwn)) {
    const octal = (mode & 0o7777).toString(8);
    return `${what} can be written by other users (mode ${octal})`;
  }
  return undefined;
}
