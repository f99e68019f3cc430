/** Files that somebody else writes and a service reads again and again: controls, flags, settings. */
import { readFileSync, statSync } from 'node:fs';
import { parse } from 'yaml';

/** Milliseconds for which a reading counts. */
const fresh = 50;

/** What the file holds now; a file that is not there, or half written, is what it was before. YAML, of which JSON is a part. */
export function watched<Content>(file: string, first: Content): () => Content {
  let content = first;
  let readAt = 0;
  let version = '';
  return () => {
    if (Date.now() - readAt < fresh) return content;
    readAt = Date.now();
    try {
      const { mtimeMs, size, ino } = statSync(file);
      const now = [mtimeMs, size, ino].join(' ');
      if (now !== version) content = parse(readFileSync(file, 'utf8')) as Content;
      version = now;
    } catch {
      // the next reading finds it whole
    }
    return content;
  };
}
