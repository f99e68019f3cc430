/** `runbook verify`: a whole record is proven, and a head that was kept elsewhere tells a rewritten or shortened one. */
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sha256 } from '../../src/interpreter/plan/hash.ts';
import { lineOf } from '../../src/interpreter/store/journal-read.ts';
import type { Finished, Place } from '../rig/cli.ts';
import { place, runbook } from '../rig/cli.ts';

let here: Place;
let run: { readonly run: string; readonly head: { readonly seq: number; readonly hash: string } };
const call = (...args: readonly string[]): Promise<Finished> => runbook(args, { env: here.env, cwd: here.folder });
const inRun = (file: string): string => join(here.folder, 'state', 'runs', run.run, file);
const lines = (): readonly string[] => readFileSync(inRun('journal.jsonl'), 'utf8').trim().split('\n');
const write = (all: readonly string[]): void => {
  writeFileSync(inRun('journal.jsonl'), `${all.join('\n')}\n`);
};

beforeEach(async () => {
  here = place();
  const steps = `steps:
  - { id: say, type: shell, argv: [echo, hello], reads: true }
  - { id: much, type: shell, argv: [seq, "20000"], reads: true }
`;
  writeFileSync(join(here.folder, 'one.yaml'), `apiVersion: runbook/v1\nid: one\ntitle: One\nowners: [tests]\n${steps}`);
  run = JSON.parse((await call('run', 'one.yaml', '-o', 'json')).stdout) as typeof run;
});
afterEach(() => {
  here.remove();
});

it('a run as it was written is proven, and every form of its record names the head', async () => {
  const { code, stdout } = await call('verify', run.run, '--head', run.head.hash);
  expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining(`head ${run.head.hash}`) as string });
  expect(JSON.parse((await call('verify', run.run, '-o', 'json')).stdout)).toMatchObject({
    ok: true,
    head: run.head,
    findings: [],
  });
  for (const form of ['markdown', 'html', 'summary', 'json'])
    expect((await call('report', run.run, '-o', form)).stdout).toContain(run.head.hash);
  // One of an earlier moment is also part of the record.
  expect((await call('verify', run.run, '--head', sha256(lines()[2] ?? ''))).code).toBe(0);
});

it('an edited line, plan, runbook or output is named', async () => {
  for (const file of ['journal.jsonl', 'plan.json', 'runbook.yaml', 'output/say-1.log']) {
    const before = readFileSync(inRun(file), 'utf8');
    writeFileSync(inRun(file), before.replace(/hello|One/, 'Two'));
    const { code, stdout } = await call('verify', run.run);
    expect({ file, code, named: stdout.includes(`WRONG  ${file}`) }).toEqual({ file, code: 10, named: true });
    writeFileSync(inRun(file), before);
  }
  expect((await call('verify', run.run)).code).toBe(0);
});

it('a record that was rewritten whole, or cut at its end, is whole by itself but lacks the head', async () => {
  const before = lines();
  write(before.slice(0, -1));
  expect((await call('verify', run.run)).code).toBe(0);
  expect((await call('verify', run.run, '--head', run.head.hash)).code).toBe(10);
  let prev = '0'.repeat(64);
  write(
    before.map((line) => {
      const record = JSON.parse(line.replace(/"name":"[^"]*"/g, '"name":"boss"')) as Record<string, unknown>;
      const rest = Object.fromEntries(Object.entries(record).filter(([name]) => name !== 'sum'));
      const made = lineOf({ ...rest, prev });
      prev = sha256(made);
      return made;
    }),
  );
  expect((await call('verify', run.run)).code).toBe(0);
  const { code, stdout } = await call('verify', run.run, '--head', run.head.hash);
  expect({ code, stdout }).toMatchObject({ code: 10, stdout: expect.stringContaining('rewritten, or cut off') as string });
});

it('a report in a file is for its user only, also where everybody could read the file before', async () => {
  const file = join(here.folder, 'report.md');
  writeFileSync(file, 'old', { mode: 0o666 });
  chmodSync(file, 0o666);
  expect((await call('run', 'one.yaml', '--report', file)).code).toBe(0);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, 'utf8')).toContain('# One');
});
