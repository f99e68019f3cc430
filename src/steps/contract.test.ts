/** Every folder beside this file keeps the contract of step types; a new folder is tested without being named here. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { closedPort, startTcp } from '../../test/rig/servers.ts';
import { check } from '../interpreter/check/check.ts';
import type { Json } from '../interpreter/core/model/value.ts';
import { loadRunbook } from '../interpreter/document/load.ts';
import { manifestProblems, paperProblems, stoppingProblems } from '../interpreter/port/contract.ts';
import type { Trial } from '../interpreter/port/contract.ts';
import { registry } from './index.ts';

const folders = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);
const read = (path: string): string | undefined => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);
const examplesOf = (type: string): readonly (readonly [string, string])[] => {
  const folder = join(import.meta.dirname, type, 'examples');
  return existsSync(folder) ? readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const) : [];
};

/** Something each type would do, on a server at this port that answers nothing. */
const trials = (port: number): Readonly<Record<string, Trial>> => {
  const host = `127.0.0.1:${String(port)}`;
  const url = (scheme: string): Json => ({ url: `${scheme}://${host}` });
  return {
    alert: { target: url('http'), params: { rule: 'Down' } },
    escalate: { target: url('http'), params: { message: 'm' } },
    file: { target: null, params: { path: '/nowhere/at/all', read: true } },
    flag: { target: { provider: 'http', url: `http://${host}` }, params: { flag: 'f', set: true } },
    http: { target: url('http'), params: { url: '/', method: 'POST' } },
    kafka: { target: { brokers: [host] }, params: { produce: { topic: 't', value: 'v' } } },
    log: { target: null, params: { match: 'x', command: ['sleep', '60'] } },
    metric: { target: url('http'), params: { query: 'up' } },
    notify: { target: url('http'), params: { message: 'm' } },
    redis: { target: url('redis'), params: { command: ['SET', 'a', 'b'] } },
    shell: { target: null, params: { argv: ['sleep', '60'] } },
    sql: { target: { host: '127.0.0.1', port, database: 'd', user: 'u' }, params: { query: 'SELECT 1' } },
    'wait-until-metric': { target: url('http'), params: { query: 'up' } },
    websocket: { target: url('ws'), params: { subscribe: 'x', collect: { count: 1, timeout: 60_000 } } },
  };
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
        const trial = trials(silent?.port ?? (await closedPort()))[name];
        if (trial === undefined) throw new Error(`there is no trial for ${name}; add one`);
        const problems = await stoppingProblems(type, trial, [0, 1, 20, 150]);
        await silent?.close();
        expect(problems).toEqual([]);
      },
    );
});
