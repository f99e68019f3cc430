/** What a run tells its caller: `outputs`, in every form of its end, only when it has succeeded; and what is settled before it begins: the severity. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Place } from '../rig/cli.ts';
import { place, runbook } from '../rig/cli.ts';

let here: Place;
beforeEach(() => {
  here = place();
});
afterEach(() => {
  here.remove();
});

const call = (...args: readonly string[]) => runbook(args, { cwd: here.folder, env: here.env });

function write(last: string): void {
  const lines = [
    'apiVersion: runbook/v1\nid: disk\ntitle: Disk\nowners: [tests]',
    'severity: "{{#if inputs.bad}}SEV1{{else}}SEV3{{/if}}"',
    'inputs: { bad: { type: boolean, default: true } }',
    'steps:',
    '  - { id: used, type: shell, argv: [echo, "93"], reads: true, value: "int(result.stdout.trim())" }',
    '  - { id: word, type: shell, argv: [echo, "{{run.severity}}"], undo: none }',
    '  - { id: never, type: shell, when: steps.used.value > 100, argv: [echo, x], undo: none }',
    `  - ${last}`,
    'outputs:',
    '  percent: steps.used.value + 1',
    '  word: steps.word.result.stdout.trim()',
    "  cleaned: \"steps.never.ok ? 'yes' : 'no'\"",
    '  lost: int(steps.word.result.stdout.trim())',
  ];
  writeFileSync(join(here.folder, 'disk.yaml'), `${lines.join('\n')}\n`);
}

it('are in the JSON of the run, as far as they have a value', async () => {
  write('{ id: end, type: check, expect: "true" }');
  const { code, stdout } = await call('run', 'disk.yaml', '-o', 'json');
  expect(code).toBe(0);
  expect((JSON.parse(stdout) as { outputs: unknown }).outputs).toEqual({ percent: 94, word: 'SEV1', cleaned: 'no' });
});

it('are in the summary and on the page, with the reason where there is none', async () => {
  write('{ id: end, type: check, expect: "true" }');
  const { stdout } = await call('run', 'disk.yaml', '-o', 'json', '-i', 'bad=false');
  const { run } = JSON.parse(stdout) as { run: string };
  const summary = (await call('report', run, '-o', 'summary')).stdout.split('\n').filter((line) => line.startsWith('output'));
  expect(summary).toEqual([
    'output percent: 94',
    'output word: SEV3',
    'output cleaned: no',
    expect.stringMatching(/^output lost: none \(./),
  ]);
  expect((await call('report', run, '-o', 'markdown')).stdout).toMatch(/Output percent.*94/);
  expect(JSON.parse((await call('report', run, '-o', 'json')).stdout)).toMatchObject({
    runbook: { severity: 'SEV3' },
    outputs: { percent: { json: 94 }, lost: { fault: { message: expect.any(String) as string } } },
  });
});

it('are none when the run has failed', async () => {
  write('{ id: end, type: check, expect: "false" }');
  const { code, stdout } = await call('run', 'disk.yaml', '-o', 'json');
  expect(code).toBe(1);
  expect((JSON.parse(stdout) as { outputs: unknown }).outputs).toEqual({});
});
