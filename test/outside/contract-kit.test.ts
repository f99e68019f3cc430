/** The kit as an author outside of this repository has it: one file of the installed program, imported by a test of theirs. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import type * as Kit from '../../src/interpreter/packages/contract-kit.ts';
import { place, root } from '../rig/cli.ts';
import { beanstalk, oddPackage } from './packages.ts';

const kit = async (): Promise<typeof Kit> =>
  (await import(/* @vite-ignore */ pathToFileURL(join(root, 'dist', 'contract-kit.mjs')).href)) as typeof Kit;

it('finds nothing wrong with a package that keeps the contract', async () => {
  const { stepTypeIn, manifestProblems, stoppingProblems } = await kit();
  const type = stepTypeIn(beanstalk);
  expect(manifestProblems(type)).toEqual([]);
  const trial = { target: { host: '127.0.0.1', port: 1 }, params: { tube: 'mails', kick: 1 } };
  expect(await stoppingProblems(type, trial, [0, 20])).toEqual([]);
});

it('says what is wrong with one that does not', async () => {
  const { stepTypeIn, paperProblems, stoppingProblems } = await kit();
  const here = place();
  const body = `context.sent(); throw new Error('no server')`;
  const type = stepTypeIn(oddPackage(join(here.folder, 'odd'), body));
  expect(paperProblems(type, { readme: undefined, examples: [] })).toEqual(['odd: there is no README.md']);
  expect(await stoppingProblems(type, { target: null, params: {} }, [5000])).toEqual([
    'odd, stopped after 5000 ms: threw Error: no server',
  ]);
  here.remove();
});

it('refuses a folder whose papers are wrong, with every mistake', async () => {
  const { stepTypeIn } = await kit();
  const here = place();
  expect(() => stepTypeIn(here.folder)).toThrow(/has no package\.json/);
  here.remove();
});
