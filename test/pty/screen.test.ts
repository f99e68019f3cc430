/** The screen as an operator sees and uses it, on a pseudo-terminal. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
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

function run(body: string, size: { readonly columns?: number; readonly rows?: number } = {}): Terminal {
  const path = join(here.folder, 'small.yaml');
  writeFileSync(path, `apiVersion: runbook/v1\nid: small\ntitle: A small procedure\nowners: [tests]\n${body}`);
  return openTerminal(['run', path, '--report', join(here.folder, 'report.md')], {
    cwd: here.folder,
    env: { RUNBOOK_STATE_DIR: join(here.folder, 'state') },
    ...size,
  });
}
/** Keys are not heard in the first half second of a question, so that a key meant for something else answers nothing. */
const presses = (terminal: Terminal, keys: string, until: () => boolean): Promise<unknown> =>
  eventually(`${keys} is heard`, async () => {
    if (!until()) await terminal.type(keys);
    return until();
  });
/** Enter is pressed once the text is read on the screen: keys that arrive with it would be taken for a paste, which sends nothing. */
async function fills(terminal: Terminal, text: string): Promise<void> {
  await terminal.type(text);
  await terminal.sees(`${text}█`);
  await terminal.type('\r');
}
const shows = (terminal: Terminal, words: string): boolean => terminal.screen().some((line) => line.includes(words));

describe('the screen', () => {
  it('shows sections and steps, the last lines of the running step, and leaves the end on the terminal', async () => {
    const terminal = run('steps:\n  - { id: slow, type: shell, script: "echo first; sleep 1; echo second; sleep 1" }\n');
    await terminal.sees('A small procedure');
    await terminal.sees('▸ running    slow');
    await terminal.sees('│ second');
    expect(await terminal.code).toBe(0);
    expect(shows(terminal, '✓ ok         slow')).toBe(true);
    expect(shows(terminal, 'succeeded; `runbook report')).toBe(true);
  });

  it('asks again when the name is mistyped, and continues when it is right', async () => {
    const terminal = run(
      'steps:\n  - { id: move, type: shell, argv: [echo, moved], effect: destructive, confirm: { message: Move it, typed: gateway } }\n',
    );
    await terminal.sees('type gateway to agree');
    await presses(terminal, 'x', () => shows(terminal, 'to agree: x'));
    await terminal.type('\r');
    await terminal.sees('is not gateway');
    await fills(terminal, 'gateway');
    expect(await terminal.code).toBe(0);
    expect(shows(terminal, '✓ ok         move')).toBe(true);
  });

  it('takes the answer to a question and gives it to later steps', async () => {
    const terminal = run(
      'steps:\n  - { id: who, type: ask, title: Who, fields: { name: { type: text } } }\n  - { id: say, type: shell, argv: [echo, "{{steps.who.value.name}}"] }\n',
    );
    await terminal.sees('Enter sends');
    await presses(terminal, 'a', () => shows(terminal, 'name: a'));
    await fills(terminal, 'nna');
    expect(await terminal.code).toBe(0);
    expect(readFileSync(join(here.folder, 'report.md'), 'utf8')).toMatch(/\| say .*anna/);
  });

  it('Ctrl-C ends the run in order: finally runs, exit code 11', async () => {
    const terminal = run(
      `steps:\n  - { id: slow, type: shell, argv: [sleep, "60"] }\nfinally:\n  - { id: always, type: shell, script: "echo done > ledger", cwd: "${here.folder}" }\n`,
    );
    await terminal.sees('▸ running    slow');
    await terminal.type('\u0003');
    expect(await terminal.code).toBe(11);
    expect(readFileSync(join(here.folder, 'ledger'), 'utf8')).toBe('done\n');
  });

  it.each([
    [40, 12],
    [200, 60],
  ])('fits %i columns and %i rows', async (columns, rows) => {
    const steps = Array.from({ length: 30 }, (_, n) => `  - { id: step${String(n)}, type: shell, argv: [sleep, "0.05"] }\n`);
    const terminal = run(`steps:\n${steps.join('')}`, { columns, rows });
    await terminal.sees('step29');
    for (const line of terminal.screen()) expect(line.length).toBeLessThanOrEqual(columns);
    expect(await terminal.code).toBe(0);
  });

  it('control characters of a step do nothing to the terminal', async () => {
    const terminal = run(
      `steps:\n  - { id: evil, type: shell, script: "printf '\\\\033[2J\\\\033]0;owned\\\\007harmless\\\\n'; sleep 1" }\n`,
    );
    await terminal.sees('harmless');
    expect(shows(terminal, 'A small procedure')).toBe(true);
    expect(await terminal.code).toBe(0);
  });
});
