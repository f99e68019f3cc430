/** Logs of units: a file of JSON lines each, which `journalctl`, `docker logs` and `kubectl logs` print in their own ways. */
import { appendFileSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { LogLine } from './unit.ts';

export interface UnitLogs {
  add(unit: string, pid: number, line: string): void;
  read(unit: string): readonly LogLine[];
  clear(): void;
}

export function createUnitLogs(folder: string): UnitLogs {
  const file = (unit: string): string => join(folder, `${unit}.jsonl`);
  return {
    add: (unit, pid, line) => {
      appendFileSync(file(unit), `${JSON.stringify({ at: new Date().toISOString(), pid, line })}\n`);
    },
    read: (unit) => {
      try {
        const lines = readFileSync(file(unit), 'utf8').split('\n');
        return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as LogLine);
      } catch {
        return [];
      }
    },
    clear: () => {
      for (const name of readdirSync(folder)) rmSync(join(folder, name));
    },
  };
}
