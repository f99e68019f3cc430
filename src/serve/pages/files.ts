/** What a run keeps beside its journal, through the port: a step's last lines, and the readings of a wait. */
import type { RunFiles } from '../../service/run-service.ts';
import type { Point } from '../../ui/model/chart.ts';
import { pointsOf } from '../../ui/files.ts';

const lines = 40;

export function outputLines(files: RunFiles, key: string, attempt: number): readonly string[] {
  const text = textOf(files, `output/${key}-${String(attempt)}.log`);
  return text === '' ? [] : text.replace(/\n$/, '').split('\n').slice(-lines);
}

/** Oldest first. */
export const samplePoints = (files: RunFiles, key: string): readonly Point[] => pointsOf(textOf(files, `samples/${key}.jsonl`));

/** Files that have come since the listing are shown at the next look. */
const textOf = (files: RunFiles, name: string): string => (files.names.includes(name) ? files.read(name).toString('utf8') : '');
