/** Every folder beside this file keeps the contract of step types; a new folder is tested without being named here. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { closedPort, startTcp } from '../../test/rig/servers.ts';
import { check } from '../interpreter/check/check.ts';
import { loadRunbook } from '../interpreter/document/load.ts';
import { manifestProblems, paperProblems, stoppingProblems } from '../interpreter/port/contract.ts';
import type { TrialAt } from '../interpreter/port/contract.ts';
import { registry } from './index.ts';

const folders = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);
const read = (path: string): string | undefined => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);
const examplesOf = (type: string): readonly (readonly [string, string])[] => {
  const folder = join(import.meta.dirname, type, 'examples');
  return existsSync(folder) ? readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const) : [];
};

it('each folder is a step type of the registry, and the other way round', () => {
  expect(registry.names()).toEqual([...folders].sort());
});

describe.each(folders)('%s', (name) => {
  const type = registry.get(name);
  if (type === undefined) throw new Error(`${name} is not in the registry`);

  it('has a manifest that is data, complete and points at what is there', () => {
    expect(manifestProblems(type)).toEqual([]);
  });

  it('has a command for paper, unless it only tells people something', async () => {
    const needsOne = type.manifest.kind === 'effect' && type.manifest.tellsPeople !== true;
    expect((await type.asCommand?.()) !== undefined).toBe(needsOne);
  });

  it('has a README that names every key, and examples that lint clean', async () => {
    const examples = examplesOf(name);
    const readme = read(join(import.meta.dirname, name, 'README.md'));
    expect(paperProblems(type, { readme, examples: examples.map(([, text]) => text) })).toEqual([]);
    for (const [file, text] of examples) {
      const { runbook, diagnostics } = loadRunbook(text, file);
      const findings = runbook === undefined ? diagnostics : [...diagnostics, ...(await check(runbook, registry))];
      expect(findings, file).toEqual([]);
    }
  });

  if (type.load !== undefined)
    it.each(['answers nothing', 'refuses connections'])(
      'stopped at any moment, while a server %s: settles, and says what was sent',
      async (how) => {
        const silent = how === 'answers nothing' ? await startTcp(() => undefined) : undefined;
        const { trial } = (await import(`./${name}/trial.ts`)) as { readonly trial: TrialAt };
        const problems = await stoppingProblems(type, trial(silent?.port ?? (await closedPort())), [0, 1, 20, 150]);
        await silent?.close();
        expect(problems).toEqual([]);
      },
    );
});
