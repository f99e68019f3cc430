/** A package is trusted, not believed: what it answers is checked and masked, what escapes it fails its own step and never the engine (F8). */
import { join } from 'node:path';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Place } from '../rig/cli.ts';
import { place, runbook } from '../rig/cli.ts';
import { configure, oddPackage } from './packages.ts';

let here: Place;
beforeEach(() => {
  here = place();
});
afterEach(() => {
  here.remove();
});

/** Path and text of all files. */
const filesBelow = (folder: string): readonly (readonly [string, string])[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => [join(one.parentPath, one.name), readFileSync(join(one.parentPath, one.name), 'utf8')] as const);

const secret = 'correct-horse-battery';

/** One step that says a secret, with a package that does this; then a step that shows whether the run continued. */
async function runWith(body: string, head: string, keys: string, module?: string) {
  const folder = oddPackage(join(here.folder, 'odd'), body, head);
  if (module !== undefined) writeFileSync(join(folder, 'run.mjs'), module);
  configure(here.folder, [{ type: 'odd', folder }], 'secrets: { password: "env:ODD_PASSWORD" }');
  const path = join(here.folder, 'odd.yaml');
  writeFileSync(
    path,
    'apiVersion: runbook/v1\nid: odd\ntitle: Odd\nowners: [tests]\nsteps:\n' +
      '  - { id: odd, type: odd, say: "{{secrets.password}}", undo: none, onFailure: continue' +
      `${keys} }\n` +
      '  - { id: after, type: shell, argv: [echo, still here], reads: true }\n',
  );
  const env = { ...here.env, ODD_PASSWORD: secret, XDG_CACHE_HOME: join(here.folder, 'cache') };
  return runbook(['run', path, '--trust-config', '--no-questions', '-o', 'ndjson'], { cwd: here.folder, env });
}

interface Record {
  readonly type: string;
  readonly key?: string;
  readonly outcome?: {
    readonly is: string;
    readonly fault?: { readonly class: string; readonly code: string; readonly message: string };
  };
}

async function endOf(body: string, head = '', keys = '', module?: string) {
  const { stdout, stderr, code } = await runWith(body, head, keys, module);
  const records = stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record);
  const finished = (key: string) => records.find((one) => one.type === 'attempt.finished' && one.key === key)?.outcome;
  return { odd: finished('odd'), after: finished('after'), text: stdout + stderr, code };
}

it('a result is kept and its secret is masked, wherever it stands', async () => {
  const { odd, after, text } = await endOf(
    `await context.output('out', Buffer.from('say ' + params.say)); return { ok: true, changed: true, result: { said: 'I say ' + params.say } };`,
  );
  expect([odd?.is, after?.is], text).toEqual(['ok', 'ok']);
  expect(text).not.toContain(secret);
  expect(text).toContain('I say ');
  const kept = filesBelow(join(here.folder, 'state'));
  expect(kept.filter(([, content]) => content.includes(secret))).toEqual([]);
  expect(kept.find(([path]) => path.endsWith('output/odd-1.log'))?.[1]).toBe('say ***');
});

it('a failure that quotes a secret is masked', async () => {
  const { odd, text } = await endOf(
    `return { ok: false, wire: 'refused', class: 'auth', code: 'DENIED', message: 'no entry with ' + params.say };`,
  );
  expect(odd?.fault).toMatchObject({ class: 'auth', code: 'DENIED' });
  expect(text).not.toContain(secret);
});

it.each([
  ['nothing', 'return undefined;'],
  ['words', 'return "ok";'],
  ['an end that the port does not know', 'return { ok: false, wire: "maybe", class: "auth", code: "x", message: "y" };'],
  ['a result that is not the promised one', 'return { ok: true, changed: true, result: { said: 5 } };'],
])('an answer of %s is a fault of the package, and after something was sent nobody knows what it did', async (_, body) => {
  const { odd, text } = await endOf(`context.sent(); ${body}`);
  expect(odd, text).toMatchObject({ is: 'unknown', fault: { class: 'plugin', code: 'bad-answer' } });
});

it('"nothing was sent" is not believed after it said that something was', async () => {
  const { odd } = await endOf(
    `context.sent(); return { ok: false, wire: 'notStarted', class: 'connection', code: 'x', message: 'y' };`,
  );
  expect(odd?.is).toBe('unknown');
});

it.each([
  ['throws', `throw new Error('thrown');`, /thrown/],
  [
    'throws later, in a callback',
    `setTimeout(() => { throw new Error('late'); }, 10); await new Promise(() => undefined);`,
    /odd@1\.0\.0: an error escaped it: late/,
  ],
  [
    'rejects a promise that nobody awaits',
    `Promise.reject(new Error('alone')); await new Promise(() => undefined);`,
    /an error escaped it: alone/,
  ],
  [
    'rejects with a text, which has no stack',
    `Promise.reject('bare'); await new Promise(() => undefined);`,
    /odd@1\.0\.0: an error escaped it: .*"bare"/,
  ],
  [
    'does not listen to the error of a connection, whose stack names no file',
    `const { connect } = await import('node:net'); connect(1, '127.0.0.1'); await new Promise(() => undefined);`,
    /odd@1\.0\.0: an error escaped it: connect ECONNREFUSED/,
  ],
])('a package that %s fails its step by name, and the run continues', async (_, body, words) => {
  const { odd, after, text } = await endOf(body);
  expect(odd?.fault, text).toMatchObject({
    class: 'plugin',
    code: 'runner-threw',
    message: expect.stringMatching(words) as string,
  });
  expect(after?.is).toBe('ok');
});

it('what it began and nobody awaits fails after its step without ending the run', async () => {
  const { odd, after, code } = await endOf(
    `setTimeout(() => { throw new Error('afterwards'); }, 1); return { ok: true, changed: true, result: { said: 'x' } };`,
  );
  expect([odd?.is, after?.is, code]).toEqual(['ok', 'ok', 0]);
});

it('a package that does not stop at its deadline does not hold the run, and sends nothing afterwards', async () => {
  const late = join(here.folder, 'late');
  const { odd, after, text } = await endOf(
    `context.signal.addEventListener('abort', () => { context.sent(); writeFileSync(${JSON.stringify(late)}, 'sent'); });` +
      'await new Promise(() => undefined);',
    `import { writeFileSync } from 'node:fs';`,
    ', timeout: 300ms',
  );
  expect(odd, text).toMatchObject({ is: 'notStarted', fault: { class: 'timeout' } });
  expect([after?.is, existsSync(late)]).toEqual(['ok', false]);
});

it.each([
  ['cannot be parsed', 'this is no JavaScript', /\.\/run\.mjs cannot be loaded/],
  ['needs a package that it does not bring', 'import "left-pad-of-somebody";', /cannot be loaded: Cannot find package/],
])('a module that %s fails its step before anything was sent', async (_, head, words) => {
  const { odd, after, text } = await endOf('return undefined;', head);
  expect(odd?.fault?.message, text).toMatch(words);
  expect(after?.is).toBe('ok');
});

it.each([
  ['waits for ever while it is loaded', 'await new Promise(() => undefined);', /cannot be loaded: it took too long/],
  ['opens for ever', 'export const runner = { open: () => new Promise(() => undefined) };', /opening took too long/],
  ['exports nothing', 'export const run = () => undefined;', /exports no runner with open\(\)/],
  ['opens nothing', 'export const runner = { open: async () => null };', /opened no session/],
  ['opens half a session', 'export const runner = { open: async () => ({ run() {} }) };', /session has no describe, close/],
])('a module that %s fails its step before anything was sent', async (_, module, words) => {
  const { odd, after, text } = await endOf('', '', '', module);
  expect(odd, text).toMatchObject({ is: 'notStarted', fault: { message: expect.stringMatching(words) as string } });
  expect(after?.is).toBe('ok');
});
