/** The catalogue of base backups: what there is, since when, and which part of the log each needs. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeWhole } from '../control/files.ts';

export interface Backup {
  readonly label: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly finishedAt: string;
  /** Segments of the log that it begins and ends in. */
  readonly walStart: string;
  readonly walStop: string;
}

/** Whether its files are there. */
export const isComplete = (folder: string, { label }: Backup): boolean => existsSync(join(folder, label, 'PG_VERSION'));

const file = (folder: string): string => join(folder, 'catalogue.json');

export function readCatalogue(folder: string): readonly Backup[] {
  return (JSON.parse(readFileSync(file(folder), 'utf8')) as { readonly backups: readonly Backup[] }).backups;
}

export const writeCatalogue = (folder: string, backups: readonly Backup[]): void => {
  writeWhole(file(folder), `${JSON.stringify({ stanza: 'exchange', backups }, null, 2)}\n`);
};

/** As pgBackRest names a full backup. */
export const labelOf = (at: Date): string => `${at.toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-')}F`;
