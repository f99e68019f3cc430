/** What there is to choose from on this machine. Whatever cannot be read offers nothing: completion never complains. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalogueFolder, findRunbook, idOfFile, runbookFiles } from '../../catalogue/catalogue.ts';
import { stateRoot } from '../../console/state-root.ts';
import { loadConfig } from '../../interpreter/config/config.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import { loadRunbook } from '../../interpreter/document/load.ts';
import { openRun } from '../../interpreter/store/run-directory.ts';
import type { Candidate, Sources, Subject } from './candidates.ts';
import { shells } from './scripts.ts';

/** More than fit on a screen help nobody, and each is a file to read. */
const mostRuns = 30;

const orNothing = <T>(read: () => readonly T[]): readonly T[] => {
  try {
    return read();
  } catch {
    return [];
  }
};

export const sources: Sources = {
  runbooks: () =>
    orNothing(() => {
      const folder = catalogueFolder({ directory: process.cwd() });
      return (folder === undefined ? [] : runbookFiles(folder)).map((path) => {
        const title = /^title:\s*["']?(.*?)["']?\s*$/m.exec(readFileSync(path, 'utf8'))?.[1];
        return { text: idOfFile(path), ...(title === undefined ? {} : { description: title }) };
      });
    }),
  runs: () =>
    orNothing(() => {
      const ids = readdirSync(join(stateRoot(), 'runs')).filter((name) => !name.startsWith('.'));
      const newest = ids.sort().reverse().slice(0, mostRuns);
      return [{ text: 'last', description: 'the newest run' }, ...newest.flatMap((id) => orNothing(() => [runNamed(id)]))];
    }),
  steps: (subject) => orNothing(() => (subject.is === 'run' ? stepsOfRun(subject.name) : stepsOfDocument(documentOf(subject)))),
  inputs: (subject) => orNothing(() => inputsOf(documentOf(subject))),
  environments: async (config) => {
    const found = await loadConfig({ directory: process.cwd(), ...(config === undefined ? {} : { path: config }) });
    return Object.values(found.config.environments).map(({ name, rehearsal }) => ({
      text: name,
      ...(rehearsal ? { description: 'rehearsal' } : {}),
    }));
  },
  named: async (what) => {
    if (what === 'shell') return shells.map((text) => ({ text }));
    if (what === 'type') {
      const { registry } = await import('../../steps/index.ts');
      return registry.names().map((text) => ({ text, description: registry.get(text)?.manifest.summary ?? '' }));
    }
    if (what === 'code') {
      const { knownCodes } = await import('../lint/known-codes.ts');
      return knownCodes().map(({ code, summary }) => ({ text: code, description: summary }));
    }
    if (what !== 'verb') return [];
    const { labVerbs } = await import('../lab.ts');
    return labVerbs.map((text) => ({ text }));
  },
};

function runNamed(id: string): Candidate {
  const { runbook } = openRun(stateRoot(), id).plan();
  return { text: id, description: runbook.id };
}

/** As commands name runs: `last`, or a beginning. */
function runIdOf(name: string): string {
  const ids = readdirSync(join(stateRoot(), 'runs')).filter((one) => !one.startsWith('.'));
  return (name === 'last' ? ids.sort().at(-1) : ids.find((one) => one.startsWith(name))) ?? name;
}

const stepsOfRun = (name: string): readonly Candidate[] =>
  openRun(stateRoot(), runIdOf(name))
    .plan()
    .nodes.map(({ key, title }) => ({ text: key, description: title }));

type Mapping = Readonly<Record<string, Json>>;
function documentOf({ is, name, catalogue }: Subject): Mapping {
  const directory = process.cwd();
  const text =
    is === 'run'
      ? openRun(stateRoot(), runIdOf(name)).source()
      : readFileSync(findRunbook(name, { directory, ...(catalogue === undefined ? {} : { catalogue }) }), 'utf8');
  return loadRunbook(text, name).runbook?.data ?? {};
}

/** Every mapping with an id below the first level is a step. */
function stepsOfDocument(data: Mapping): readonly Candidate[] {
  const walk = (json: Json): readonly Candidate[] => {
    if (json === null || typeof json !== 'object') return [];
    const inside = Object.values(json).flatMap(walk);
    const { id, title } = json as Mapping;
    if (typeof id !== 'string') return inside;
    return [{ text: id, ...(typeof title === 'string' ? { description: title } : {}) }, ...inside];
  };
  return Object.values(data).flatMap(walk);
}

const inputsOf = (data: Mapping): readonly Candidate[] =>
  Object.entries((data['inputs'] ?? {}) as Readonly<Record<string, Mapping | null>>).map(([text, declared]) => {
    const words = declared?.['description'] ?? declared?.['type'];
    return { text, ...(typeof words === 'string' ? { description: words } : {}) };
  });
