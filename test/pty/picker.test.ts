/** Starting from the screen: the environment first, inputs as they are typed over a slow line, and what would be changed before anything is. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Place } from '../rig/cli.ts';
import { eventually, place } from '../rig/cli.ts';
import type { Terminal } from '../rig/terminal.ts';
import { openTerminal } from '../rig/terminal.ts';

let here: Place;
beforeEach(() => {
  here = place();
});
afterEach(() => {
  here.remove();
});
const right = '\u001b[C';
const down = '\u001b[B';
const up = '\u001b[A';
const text = (terminal: Terminal): string => terminal.screen().join('\n');

function open(...options: readonly string[]): Terminal {
  writeFileSync(
    join(here.folder, 'runbook.config.yaml'),
    'environments:\n  prod: { targets: {} }\n  staging: { rehearsal: true, targets: {} }\n',
  );
  writeFileSync(
    join(here.folder, 'small.yaml'),
    'apiVersion: runbook/v1\nid: small\ntitle: A small procedure\nowners: [tests]\n' +
      'inputs:\n  ticket: { type: string, pattern: "INC-[0-9]+" }\n  hosts: { type: list, of: string, default: [one] }\n  note: { type: string, default: none }\n' +
      'steps:\n  - { id: look, type: shell, argv: [echo, hello], reads: true }\n  - { id: mark, title: Mark it, type: shell, argv: [touch, marked], undo: none }\n',
  );
  return openTerminal(['run', 'small.yaml', ...options], { cwd: here.folder, env: here.env });
}
function planned(): Readonly<Record<string, unknown>> {
  const [id = ''] = readdirSync(join(here.folder, 'state', 'runs'));
  return JSON.parse(readFileSync(join(here.folder, 'state', 'runs', id, 'plan.json'), 'utf8')) as Readonly<
    Record<string, unknown>
  >;
}

it('chooses the environment, edits a list as a list, and sees what would be changed before Enter begins', async () => {
  const terminal = open();
  await terminal.sees('> (environment)');
  expect(text(terminal)).toContain('env not chosen');
  terminal.send('\r');
  await terminal.sees('unknown environment ""');
  terminal.send(right);
  await terminal.sees('(environment)        prod');
  terminal.send(right);
  await terminal.sees('(environment)        staging');
  // Text and Enter in one reading, as over a slow line.
  terminal.send('\rINC-7\r');
  await terminal.sees('> hosts');
  expect(text(terminal)).toContain('env staging, rehearsal');
  terminal.send('two\rthree\r');
  await terminal.sees('[one] [two] [three]');
  terminal.send('\u007f');
  await terminal.sees('[one] [two] three');
  terminal.send('\u0015');
  terminal.send(down);
  await terminal.sees('> note');
  terminal.send(up);
  await terminal.sees('> hosts');
  terminal.send('\r');
  await terminal.sees('> note');
  terminal.send('\r');
  await terminal.sees('this is the plan; nothing has been touched');
  expect(text(terminal)).toContain('1 read, 1 WRITE');
  expect(text(terminal)).toContain('WRITE: Mark it, cannot be undone');
  expect(existsSync(join(here.folder, 'state', 'runs'))).toBe(false);
  terminal.send('\r');
  expect(await terminal.code).toBe(0);
  expect(planned()).toMatchObject({
    environment: { name: 'staging' },
    inputs: { hosts: { json: ['one', 'two'] }, ticket: { json: 'INC-7' } },
  });
});

it('takes what was given on the command line, once', async () => {
  const terminal = open('-e', 'prod', '-i', 'note=given');
  await terminal.sees('> (environment)        prod');
  terminal.send('\r');
  await terminal.sees('> ticket');
  terminal.send('INC-8\r');
  await terminal.sees('> hosts');
  terminal.send('\r\r');
  await eventually('the plan is shown', () => text(terminal).includes('this is the plan'));
  terminal.send('\r');
  expect(await terminal.code).toBe(0);
  expect(planned()).toMatchObject({ environment: { name: 'prod' }, inputs: { note: { json: 'given' } } });
});
