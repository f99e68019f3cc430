/** Output of a step: redacted as it streams, kept in `output/<key>-<n>.log` up to a cap, never buffered whole (M2, F23). */
import { createHash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Redactor } from '../guard/redact.ts';

export const outputLimit = 64 * 1024 * 1024;

type Stream = 'out' | 'err';

export interface Output {
  write(stream: Stream, chunk: Uint8Array): void;
  /** Undefined when nothing was printed. */
  close(): { readonly file: string; readonly bytes: number; readonly sha: string } | undefined;
}

export const noOutput: Output = { write: () => undefined, close: () => undefined };

/** `limit`: bytes kept. */
export function openOutput(folder: string, name: string, redactor: Redactor, limit = outputLimit): Output {
  let file: number | undefined;
  let bytes = 0;
  let truncated = false;
  const hash = createHash('sha256');
  // Each by itself: a line of one in the middle of the other must not tear a secret in two.
  const clean = { out: redactor.stream(), err: redactor.stream() };
  const keep = (chunk: Buffer): void => {
    if (chunk.length === 0 || truncated) return;
    file ??= openSync(join(folder, name), 'a', 0o600);
    const room = limit - bytes;
    truncated = chunk.length > room;
    const kept = truncated
      ? Buffer.concat([chunk.subarray(0, room), Buffer.from(`\n[output cut here: ${sizeOf(limit)}]\n`)])
      : chunk;
    for (let at = 0; at < kept.length;) at += writeSync(file, kept, at);
    bytes += kept.length;
    hash.update(kept);
  };
  return {
    write: (stream, chunk) => {
      keep(clean[stream].push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)));
    },
    close: () => {
      keep(clean.out.end());
      keep(clean.err.end());
      if (file === undefined) return undefined;
      closeSync(file);
      return { file: join('output', name), bytes, sha: hash.digest('hex') };
    },
  };
}

const sizeOf = (bytes: number): string =>
  bytes >= 1024 * 1024 ? `${String(Math.floor(bytes / 1024 / 1024))} MiB` : `${String(Math.floor(bytes / 1024))} KiB`;
