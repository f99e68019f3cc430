/**
 * Replaces a file as a whole: a new one beside it, synced, then renamed over it, so that readers see the old or the new content and a
 * crash leaves one of them. Mode and owner of the old one are kept; where the owner cannot be kept, nothing is replaced.
 */
import { randomBytes } from 'node:crypto';
import { open, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** `before` runs after the new content is safe on disk and just before the rename; when it throws nothing has changed. */
export async function replaceFile(path: string, content: string, before?: () => Promise<void>): Promise<void> {
  const old = await stat(path);
  const beside = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}`);
  const file = await open(beside, 'wx', 0o600);
  try {
    try {
      await file.writeFile(content);
      const made = await file.stat();
      if (made.uid !== old.uid || made.gid !== old.gid) await file.chown(old.uid, old.gid);
      await file.chmod(old.mode & 0o7777);
      await file.sync();
    } finally {
      await file.close();
    }
    await before?.();
    await rename(beside, path);
  } catch (problem) {
    await unlink(beside).catch(() => undefined);
    throw problem;
  }
  await syncFolder(dirname(path));
}

/** The name is safe only when the folder is; some file systems cannot. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync().catch(() => undefined);
  } finally {
    await folder.close();
  }
}
