/** Files of a run on their way between a worker's replica and the workflow. */
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import type { FileOf } from '../protocol.ts';

const folders = ['output', 'samples', 'evidence'] as const;

/** Name -> size and time of change, so that what a performance wrote is told from what was there. */
export type Snapshot = ReadonlyMap<string, string>;

export function snapshotOf(path: string): Snapshot {
  return new Map(
    folders.flatMap((folder) =>
      readdirSync(join(path, folder)).map((name) => {
        const { size, mtimeMs } = statSync(join(path, folder, name));
        return [join(folder, name), `${String(size)} ${String(mtimeMs)}`] as const;
      }),
    ),
  );
}

export const changedSince = (path: string, before: Snapshot): readonly FileOf[] =>
  [...snapshotOf(path)].filter(([name, mark]) => before.get(name) !== mark).map(([name]) => readFile(path, name));

function readFile(path: string, name: string): FileOf {
  const bytes = readFileSync(join(path, name));
  const text = bytes.toString('utf8');
  return Buffer.from(text, 'utf8').equals(bytes) ? { name, text } : { name, base64: bytes.toString('base64') };
}

/** Only below the folder of the run. */
export function writeFiles(path: string, files: readonly FileOf[]): void {
  for (const { name, text, base64 } of files) {
    if (normalize(name) !== name || name.startsWith('..') || name.startsWith('/'))
      throw new Error(`${name} is not a file of a run`);
    const to = join(path, name);
    if (!existsSync(dirname(to))) mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
    writeFileSync(to, text ?? Buffer.from(base64 ?? '', 'base64'), { mode: 0o600 });
  }
}
