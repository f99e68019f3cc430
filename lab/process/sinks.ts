/** Where messages to people end: a file of JSON lines per sink. */
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const sinkNames = ['chat', 'statuspage', 'pager', 'tickets', 'alerts'] as const;
export type SinkName = (typeof sinkNames)[number];

export interface Sinks {
  add(name: SinkName, body: unknown): void;
  list(name: SinkName): readonly unknown[];
  clear(): void;
}

export const isSink = (name: string): name is SinkName => (sinkNames as readonly string[]).includes(name);

export function createSinks(directory: string): Sinks {
  const folder = join(directory, 'sinks');
  mkdirSync(folder, { recursive: true });
  const file = (name: SinkName): string => join(folder, `${name}.jsonl`);
  const clear = (): void => {
    for (const name of sinkNames) writeFileSync(file(name), '');
  };
  clear();
  return {
    add: (name, body) => {
      appendFileSync(file(name), `${JSON.stringify({ at: new Date().toISOString(), body })}\n`);
    },
    list: (name) => readLines(file(name)),
    clear,
  };
}

/** Lines of a JSONL file; a missing file has none. */
export function readLines(path: string): readonly unknown[] {
  try {
    return readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as unknown);
  } catch {
    return [];
  }
}
