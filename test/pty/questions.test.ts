/** The moment that matters most: something is asked. On a pseudo-terminal, as an operator reads and types. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Place } from '../rig/cli.ts';
import { eventually, place, runbook } from '../rig/cli.ts';
import type { Terminal } from '../rig/terminal.ts';
import { openTerminal } from '../rig/terminal.ts';

const keys = {
  end: '\u001b[F',
  up: '\u001b[A',
  escape: '\u001b',
  ctrl: (letter: string) => String.fromCharCode(letter.charCodeAt(0) - 96),
};

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
  return openTerminal(['run', path], { cwd: here.folder, env: here.env, ...size });
}
const text = (terminal: Terminal): string => terminal.screen().join('\n');
/** Sends a whole escape sequence or key at once, again until what it does is seen: the first half second hears nothing. */
const presses = (terminal: Terminal, key: string, until: string | RegExp): Promise<unknown> =>
  eventually(`${JSON.stringify(key)} leads to ${String(until)}; the screen is:\n${text(terminal)}`, async () => {
    const seen = (): boolean => (typeof until === 'string' ? text(terminal).includes(until) : until.test(text(terminal)));
    if (!seen()) terminal.send(key);
    await new Promise((resume) => setTimeout(resume, 150));
    return seen();
  });
const ready = (terminal: Terminal): Promise<unknown> =>
  eventually('keys count', () => text(terminal).includes('= ') && !text(terminal).includes('keys count in a moment'));
function journal(): readonly Readonly<Record<string, unknown>>[] {
  const runs = join(here.folder, 'state', 'runs');
  const [id = ''] = readdirSync(runs);
  const lines = readFileSync(join(runs, id, 'journal.jsonl'), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
}
const verdicts = (): readonly unknown[] =>
  journal().flatMap((one) => (one['type'] === 'question.closed' ? [one['verdict']] : []));

const first = '  - { id: first, type: shell, argv: [touch, one], undo: [ { type: shell, argv: [rm, one] } ] }\n';
const typed =
  '  - { id: move, type: shell, argv: [touch, two], undo: none, effect: destructive, confirm: { message: Move it, typed: gateway } }\n';

describe('a refusal after a change', () => {
  it('takes a second key, and any other key takes it back', async () => {
    const terminal = run(
      `onFailure: ask\nsteps:\n${first}  - { id: sure, type: shell, argv: [touch, two], undo: none, confirm: Really }\n`,
    );
    await terminal.sees('n = no');
    await ready(terminal);
    terminal.send('n');
    await terminal.sees('Press n again: no');
    terminal.send('z');
    await terminal.sees('"z" was ignored');
    expect(text(terminal)).not.toContain('Press n again');
    expect(verdicts()).toEqual([]);
    terminal.send('n');
    await terminal.sees('Press n again: no');
    terminal.send('n');
    await terminal.sees('was refused: what now?');
    // Each answer tells what follows.
    expect(text(terminal)).toMatch(/r = retry +ask again/);
    expect(text(terminal)).toMatch(/u = undo +stop and take back: first; stays changed: nothing/);
    expect(text(terminal)).toMatch(/a = abort +stop; stays changed: first/);
    // Refuse, and go on all the same.
    await ready(terminal);
    terminal.send('r');
    await terminal.sees('y = yes');
    await ready(terminal);
    terminal.send('y');
    expect(await terminal.code).toBe(0);
    expect(existsSync(join(here.folder, 'two'))).toBe(true);
  });

  it('needs one key while nothing has changed', async () => {
    const terminal = run('steps:\n  - { id: sure, type: shell, argv: [touch, two], undo: none, confirm: Really }\n');
    await terminal.sees('end the run; nothing is changed');
    await ready(terminal);
    terminal.send('n');
    expect(await terminal.code).toBe(8);
  });
});

describe('a typed question', () => {
  it('is left by Ctrl-D and found again, and Esc never declines it', async () => {
    const terminal = run(`steps:\n${typed}`);
    await terminal.sees('type gateway to agree');
    await presses(terminal, keys.escape, 'Esc only goes back');
    await presses(terminal, 'g', 'to agree: g');
    terminal.send(keys.ctrl('d'));
    expect(await terminal.code).toBe(12);
    expect(verdicts()).toEqual([]);
    const [id = ''] = readdirSync(join(here.folder, 'state', 'runs'));
    const again = openTerminal(['attach', id], { cwd: here.folder, env: here.env });
    await again.sees('type gateway to agree');
    await presses(again, keys.ctrl('n'), /not-answered|refused/);
    expect(await again.code).toBe(8);
    expect(verdicts()).toEqual(['no']);
  });

  it('offers leaving in the list of commands as well', async () => {
    const terminal = run(`steps:\n${typed}`);
    await terminal.sees('type gateway to agree');
    terminal.send(keys.ctrl('p'));
    await terminal.sees('leaves this screen; the run continues');
    await terminal.type('leave');
    await terminal.sees(': leave');
    terminal.send('\r');
    expect(await terminal.code).toBe(12);
    const [id = ''] = readdirSync(join(here.folder, 'state', 'runs'));
    expect((await runbook(['answer', id, 'move', 'gateway'], { cwd: here.folder, env: here.env })).code).toBe(0);
  });

  it('shows the whole command on a narrow terminal, and the whole of a long text by Ctrl-O', async () => {
    const long = Array.from({ length: 60 }, (_, n) => `word${String(n)}`).join(' ');
    const terminal = run(
      `steps:\n  - { id: say, type: shell, argv: [echo, "${long}"], undo: none, effect: write, confirm: Say it }\n`,
      { columns: 50, rows: 20 },
    );
    await terminal.sees('more lines: Ctrl-O');
    await terminal.sees('n = no');
    terminal.send(keys.ctrl('o'));
    await terminal.sees('word20');
    for (let n = 0; n < 20; n += 1) terminal.send('\u001b[B');
    await terminal.sees('word59');
    expect(text(terminal)).toContain('y = yes');
    terminal.send(keys.escape);
    await terminal.sees('more lines: Ctrl-O');
    await ready(terminal);
    terminal.send('y');
    expect(await terminal.code).toBe(0);
  });
});

describe('looking around while something is asked', () => {
  it('begins at the asked step, says that one is looking, and End comes back', async () => {
    const reads = Array.from(
      { length: 5 },
      (_, n) => `  - { id: read${String(n)}, type: shell, argv: [echo, hello], reads: true }\n`,
    );
    const terminal = run(
      `steps:\n${reads.join('')}  - { id: sure, type: shell, argv: [touch, two], undo: none, confirm: Really }\n`,
    );
    await terminal.sees('y = yes');
    terminal.send(keys.up);
    await terminal.sees('LOOKING at read4; the run is at sure');
    // Ten keys in one reading are ten steps up.
    terminal.send(keys.up.repeat(3));
    await terminal.sees('LOOKING at read1');
    terminal.send(keys.end);
    await eventually('the present is shown', () => !text(terminal).includes('LOOKING'));
    await ready(terminal);
    terminal.send('y');
    expect(await terminal.code).toBe(0);
  });

  it('counts several questions, and Tab goes to the next', async () => {
    const one = (id: string): string =>
      `  - { id: ${id}, type: shell, argv: [echo, ${id}], undo: none, effect: write, confirm: "Do ${id}" }\n`;
    const terminal = run(
      `steps:\n  - id: both\n    parallel: true\n    steps:\n${['left', 'right'].map((id) => `    ${one(id)}`).join('')}`,
    );
    await terminal.sees('question 1 of 2: left');
    terminal.send('\t');
    await terminal.sees('question 2 of 2: right');
    await ready(terminal);
    terminal.send('y');
    await terminal.sees('Do left');
    await ready(terminal);
    terminal.send('y');
    expect(await terminal.code).toBe(0);
  });
});

it('a step that waits in step mode says so, and how to go on', async () => {
  const terminal = run(
    'steps:\n  - { id: wait, type: shell, script: "until [ -e go ]; do sleep 0.05; done", reads: true }\n' +
      '  - { id: then, title: And then, type: shell, argv: [touch, two], undo: none }\n',
  );
  await terminal.sees('running    wait');
  terminal.send('m');
  await terminal.sees('STEP MODE: next is "And then" (WRITE)');
  writeFileSync(join(here.folder, 'go'), '');
  await eventually('the first step has ended', () => text(terminal).includes('✓ ok         wait'));
  terminal.send('c');
  expect(await terminal.code).toBe(0);
});
