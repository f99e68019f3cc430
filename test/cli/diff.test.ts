/** Who is asked to agree to a change sees what it would change, read from the target just before. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Place } from '../rig/cli.ts';
import { place, runbook } from '../rig/cli.ts';
import { openTerminal } from '../rig/terminal.ts';

let here: Place;
beforeEach(() => {
  here = place();
  writeFileSync(join(here.folder, 'app.yaml'), 'database:\n  host: primary # for now\n');
});
afterEach(() => {
  here.remove();
});

const edit = (path: string): string =>
  `  - { id: point, type: file, edit: "${join(here.folder, path)}", set: { database.host: replica }, undo: restore, confirm: Point to the replica }\n`;
function write(steps: string): string {
  const path = join(here.folder, 'small.yaml');
  writeFileSync(path, `apiVersion: runbook/v1\nid: small\ntitle: Small\nowners: [tests]\nsteps:\n${steps}`);
  return path;
}
interface Opened {
  readonly type: string;
  readonly show: { readonly diff?: string };
}
function question(): Opened | undefined {
  const runs = join(here.folder, 'state', 'runs');
  const [run = ''] = readdirSync(runs);
  const lines = readFileSync(join(runs, run, 'journal.jsonl'), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line) => JSON.parse(line) as Opened).find((one) => one.type === 'question.opened');
}

it('on the screen, before anything is changed', async () => {
  const terminal = openTerminal(['run', write(edit('app.yaml'))], { cwd: here.folder, env: here.env });
  await terminal.sees('y = yes');
  expect(terminal.screen().join('\n')).toMatch(/changes: .*primary.*replica/);
  expect(readFileSync(join(here.folder, 'app.yaml'), 'utf8')).toContain('primary');
  await new Promise((done) => setTimeout(done, 700)); // keys are not heard in the first half second of a question
  await terminal.type('y');
  expect(await terminal.code).toBe(0);
  expect(readFileSync(join(here.folder, 'app.yaml'), 'utf8')).toContain('host: replica # for now');
});

it('in the record of a run without a screen as well', async () => {
  const { code, stderr } = await runbook(['run', write(edit('app.yaml')), '-y'], { env: here.env, cwd: here.folder });
  expect(code, stderr).toBe(0);
  expect(question()?.show.diff).toMatch(/primary.*replica/);
});

it('or why it cannot be known', async () => {
  await runbook(['run', write(edit('missing.yaml')), '-y'], { env: here.env, cwd: here.folder });
  expect(question()?.show.diff).toMatch(/cannot be known now: .*missing.yaml/);
});
