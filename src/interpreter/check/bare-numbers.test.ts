import { describe, expect, it } from 'vitest';
import { registry } from '../../steps/index.ts';
import { applyFixes } from '../document/fix.ts';
import { loadRunbook } from '../document/load.ts';
import { readQuickly } from '../document/quick.ts';
import { numbersForText } from '../plan/text-inputs.ts';
import { check } from './check.ts';

const head =
  'apiVersion: runbook/v1\nid: example\ntitle: Example\nowners: [team]\ntargets: { cache: redis, broker: kafka, db: postgres, web: http, metrics: prometheus }\n';
const work = 'steps:\n  - { id: one, type: shell, argv: ["true"], undo: none }\n';
const step = (keys: string): string => `steps:\n  - { id: one, undo: none, ${keys} }\n`;

/** Where text is due; N is the number. */
const places = {
  argv: step('type: shell, argv: [echo, N]'),
  env: step('type: shell, argv: [./a], env: { VERSION: N }'),
  command: step('type: redis, command: [SET, ver, N]'),
  'a record': step('type: kafka, produce: { topic: t, value: N }'),
  'a parameter of a query': step('type: sql, query: "update t set a = $1 where b = 1", args: [N]'),
  'a header': step('type: http, url: /a, method: POST, headers: { X-Version: N }'),
  'a query parameter': step('type: http, url: /a, query: { version: N }'),
  'a label': `steps:\n  - { id: one, type: metric, query: up, labels: { version: N } }\n`,
  'a label of a trigger': `triggers: [{ alert: Down, labels: { version: N } }]\n${work}`,
  'a default': `inputs: { version: { type: string, default: N } }\n${work}`,
  'a member of an enum': `inputs: { version: { type: string, enum: [N] } }\n${work}`,
  'a default of a list': `inputs: { versions: { type: list, of: string, default: [N] } }\n${work}`,
  'a field of a question': `steps:\n  - { id: one, type: ask, fields: { version: { type: string, default: N } } }\n`,
  'a condition': `steps:\n  - { id: one, type: shell, argv: ["true"], value: N }\n`,
};

async function codes(text: string): Promise<readonly string[]> {
  const { runbook, diagnostics } = loadRunbook(text, 'example.yaml');
  if (runbook === undefined) throw new Error(JSON.stringify(diagnostics));
  return [...diagnostics, ...(await check(runbook, registry))]
    .filter(({ severity }) => severity === 'error')
    .map(({ code }) => code);
}

const rewritten = ['1.10', '1.0', '0755', '01234', '0x1F', '0o10', '1e3', '1234e5', '+5', '.5', '-0'];

describe.each(Object.entries(places))('%s', (_, body) => {
  it.each(rewritten)('refuses %s, which is another text as a number', async (number) => {
    expect(await codes(head + body.replace(/\bN\b/, number))).toEqual(['yaml/number']);
  });

  it.each(['8080', '0.5', '-1', '10', '"1.10"', '"0755"'])('takes %s', async (number) => {
    const found = await codes(head + body.replace(/\bN\b/, number));
    expect(found.filter((code) => code === 'yaml/number')).toEqual([]);
  });
});

describe('a number where a number is due', () => {
  it.each([
    ['a default', `inputs: { ratio: { type: number, default: 1.10 } }\n${work}`],
    ['a number in data', step('type: http, url: /a, method: POST, body: { price: 1.10 }')],
    ['a number in a record', step('type: kafka, produce: { topic: t, value: { price: 1.10 } }')],
    ['a count', step('type: shell, argv: [./a], retry: { attempts: 2, factor: 1.50 }')],
  ])('may be written as one likes: %s', async (_, body) => {
    expect(await codes(head + body)).toEqual([]);
  });
});

it('the edit keeps what was written', async () => {
  const text = `${head}${places.argv.replace(/\bN\b/, '1.10')}`;
  const { runbook } = loadRunbook(text, 'example.yaml');
  if (runbook === undefined) throw new Error('unreadable');
  const fixes = (await check(runbook, registry)).flatMap(({ fix }) => (fix === undefined ? [] : [fix]));
  expect(applyFixes(text, fixes).text).toContain('argv: [echo, "1.10"]');
});

it('nothing where text is due', async () => {
  for (const nothing of ['~', 'null'])
    for (const body of [places.argv, places.env, places.command, places['a header']])
      expect(await codes(head + body.replace(/\bN\b/, nothing)), body).toEqual(['value/type']);
});

it('the quick reader leaves such numbers to the other one', () => {
  for (const number of rewritten) expect(readQuickly(`a: ${number}\n`)).toBeUndefined();
  expect(readQuickly('a: 1.5\n')).toEqual({ a: 1.5 });
});

it('an input file is told which numbers lose their text', () => {
  const { runbook } = loadRunbook('zip: 01234\nratio: 1.10\ntags: [1.0]\n', 'inputs.yaml', { anyMapping: true });
  const declared = { zip: { type: 'string' }, ratio: { type: 'number' }, tags: { type: 'list', of: 'string' } };
  expect(numbersForText(runbook?.rewritten ?? new Map(), declared)).toEqual([
    { pointer: '/zip', source: '01234', input: 'zip' },
    { pointer: '/tags/0', source: '1.0', input: 'tags' },
  ]);
});
