/** Runbooks that others call: beside the calling file first, then in the catalogue. Read once. */
import type { FindRunbook } from '../interpreter/check/calls.ts';
import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Runbook } from '../interpreter/document/load.ts';
import { loadRunbook } from '../interpreter/document/load.ts';
import { readTextIfThere } from '../interpreter/document/read-text.ts';
import { isMapping, walkSteps } from '../interpreter/document/steps.ts';
import { catalogueFolder, idOfFile, runbookFiles } from './catalogue.ts';

export type { FindRunbook } from '../interpreter/check/calls.ts';

/** `file`: of the calling runbook, absolute. Files are named as findings name them, from `directory` on. */
export function libraryOf(file: string, directory: string, catalogue?: string): FindRunbook {
  const known = new Map<string, Runbook | undefined>();
  const read = (path: string | undefined): Runbook | undefined => {
    if (path === undefined) return undefined;
    const near = relative(directory, path);
    return loadRunbook(readTextIfThere(path), near.startsWith('..') ? path : near).runbook;
  };
  return (id) => {
    if (!known.has(id)) known.set(id, read(pathOfCalled(id, dirname(file), catalogue)));
    return known.get(id);
  };
}

/** Absolute, when `folder` is; undefined: there is none. `folder`: of the calling runbook. */
export function pathOfCalled(id: string, folder: string, catalogue?: string): string | undefined {
  const beside = ['.yaml', '.yml'].map((ending) => join(folder, `${id}${ending}`)).find((path) => existsSync(path));
  if (beside !== undefined) return beside;
  const shelf = catalogueFolder({ directory: folder, ...(catalogue === undefined ? {} : { catalogue }) });
  return shelf === undefined ? undefined : runbookFiles(shelf).find((path) => idOfFile(path) === id);
}

/** All runbooks that this one calls, directly or by way of others. */
export function calledRunbooks(runbook: Pick<Runbook, 'data'>, find: FindRunbook): readonly Runbook[] {
  const found = new Map<string, Runbook>();
  const visit = (data: Runbook['data']): void => {
    for (const { step } of walkSteps(data)) {
      const called =
        isMapping(step) && step['type'] === 'runbook' && typeof step['run'] === 'string' ? find(step['run']) : undefined;
      if (called === undefined || found.has(called.id)) continue;
      found.set(called.id, called);
      visit(called.data);
    }
  };
  visit(runbook.data);
  return [...found.values()];
}
