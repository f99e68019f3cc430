/** Values that come in: answers, inputs and input files are typed and refused by the same rules, before anything is done. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Finished, Place } from '../rig/cli.ts';
import { eventually, place, runbook } from '../rig/cli.ts';
import { openTerminal } from '../rig/terminal.ts';

let here: Place;
beforeEach(() => {
  here = place();
});
afterEach(() => {
  here.remove();
});
const call = (...args: readonly string[]): Promise<Finished> => runbook(args, { env: here.env, cwd: here.folder });
const write = (steps: string, inputs = ''): void => {
  writeFileSync(
    join(here.folder, 'one.yaml'),
    `apiVersion: runbook/v1\nid: one\ntitle: One\nowners: [tests]\n${inputs}steps:\n${steps}`,
  );
};
const run = (...args: readonly string[]): Promise<Finished> => call('run', 'one.yaml', ...args);
const runs = async (): Promise<readonly { readonly run: string }[]> =>
  JSON.parse((await call('runs', '-o', 'json')).stdout) as readonly { readonly run: string }[];
const touched = (): boolean => existsSync(join(here.folder, 'touched'));

const first = '  - { id: first, type: shell, argv: [touch, touched], cwd: FOLDER, undo: none }\n';
const form =
  '  - { id: form, type: ask, fields: { count: { type: integer, min: 1, max: 5, default: 2 } } }\n' +
  '  - { id: use, type: check, expect: steps.form.value.count > 2 }\n';
const asks = (): string =>
  first.replace('FOLDER', here.folder) +
  form +
  '  - { id: way, type: choose, options: { restart: {}, nothing: {} } }\n' +
  '  - { id: sure, type: shell, argv: [echo, sure], reads: true, confirm: { message: Sure, typed: gateway } }\n';

describe('answers given beforehand', () => {
  it.each([
    ['form=abc', 'field "count": must be an integer'],
    ['form=9', 'field "count": is above the maximum 5'],
    ['form={"cuont":3}', 'unknown field "cuont" (did you mean "count"?)'],
    ['way=explode', 'unknown answer "explode"; options: restart, nothing'],
    ['sure=gatway', '"gatway" is not the text to type, gateway'],
    ['use=yes', 'the step asks nothing'],
    ['frist=yes', 'there is no such step (did you mean "first"?)'],
    ['__proto__=yes', 'there is no such step'],
  ])('%s are refused before the first step', async (answer, words) => {
    write(asks());
    const { code, stderr } = await run('--answer', answer);
    expect(code, stderr).toBe(2);
    expect(stderr).toContain(words);
    expect(touched()).toBe(false);
    expect(await runs()).toEqual([]);
  });

  it.each([['3'], ['03'], ['{"count":"3"}'], ['{"count":3}']])('%s is the integer 3', async (text) => {
    write(asks());
    const { code, stdout } = await run('--answer', `form=${text}`, '--answer', 'way=nothing', '--answer', 'sure=gateway');
    expect(code, stdout).toBe(0);
  });

  it('are not guessed between when two are given for one name', async () => {
    write(asks(), 'inputs: { load: { type: integer } }\n');
    const answers = await run('--answer', 'form=3', '--answer', 'form=4', '-i', 'load=1');
    expect([answers.code, answers.stderr]).toEqual([2, expect.stringContaining('--answer form is given twice')]);
    const inputs = await run('-i', 'load=1', '-i', 'load=2');
    expect([inputs.code, inputs.stderr]).toEqual([2, expect.stringContaining('--input load is given twice')]);
    expect((await run('-i', 'load=1', '-i', '__proto__=2')).stderr).toContain('unknown input "__proto__"');
  });
});

describe('a running run', () => {
  it('types the fields at Enter, keeps the question open while they are wrong, and takes the default for nothing', async () => {
    write(form.replace('> 2', '== 2'));
    const terminal = openTerminal(['run', 'one.yaml'], { cwd: here.folder, env: here.env });
    await terminal.sees('count: integer 1 to 5 [2]');
    const id = (await runs())[0]?.run ?? '';
    const wrong = await call('answer', id, 'form', '9');
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('is above the maximum 5')]);
    await eventually('the 9 is typed', async () => {
      if (!terminal.screen().some((line) => line.includes('[2]: 9'))) await terminal.type('9');
      return terminal.screen().some((line) => line.includes('[2]: 9'));
    });
    await terminal.type('\r');
    await terminal.sees('is above the maximum 5');
    await terminal.type('\r');
    expect(await terminal.code).toBe(0);
  });

  it('never agrees to a text to type that is empty', async () => {
    write(
      '  - { id: sure, type: shell, argv: [touch, touched], undo: none, confirm: { message: Sure, typed: "{{inputs.name}}" } }\n',
      'inputs: { name: { type: string } }\n',
    );
    const { code, stdout } = await run('-i', 'name=', '--answer', 'sure=');
    expect(code).toBe(1);
    expect(stdout).toContain('confirm.typed is empty');
    expect(touched()).toBe(false);
  });
});

describe('an input file', () => {
  it.each([
    ['n: 5\nn: 7\n', '2:1', 'duplicate key'],
    ['{"n": 5, "n": 7}', '1:10', 'duplicate key'],
    ['n: 12345678901234567890\n', '1:4', 'cannot be kept exactly'],
    ['%YAML 1.1\n---\nn: 5\n', '1:1', 'directives'],
    ['n: 5\n---\nn: 7\n', '2:1', 'one document only'],
    ['m: &a 5\nn: *a\n', '2:4', 'aliases'],
    ['n: [5\n', '2:1', ''],
  ])('of %j is refused at %s', async (text, at, words) => {
    write('  - { id: use, type: check, expect: inputs.n == 5 }\n', 'inputs: { n: { type: integer } }\n');
    writeFileSync(join(here.folder, 'in.yaml'), text);
    const { code, stderr } = await run('--input-file', 'in.yaml');
    expect(code, stderr).toBe(2);
    expect(stderr).toContain(`in.yaml:${at}`);
    expect(stderr).toContain(words);
    expect(await runs()).toEqual([]);
  });

  it.each([['01234'], ['1.10'], ['1234e5']])(
    'with the bare number %s for a text is refused, since the text would be lost',
    async (text) => {
      write('  - { id: use, type: check, expect: size(inputs.n) > 0 }\n', 'inputs: { n: { type: string } }\n');
      writeFileSync(join(here.folder, 'in.yaml'), `n: ${text}\n`);
      const { code, stderr } = await run('--input-file', 'in.yaml');
      expect([code, stderr]).toEqual([2, expect.stringContaining(`in.yaml:1:4: ${text} is read as the number`)]);
      writeFileSync(join(here.folder, 'in.yaml'), `n: "${text}"\n`);
      expect((await run('--input-file', 'in.yaml')).code).toBe(0);
    },
  );

  it('in another encoding than UTF-8 is refused, and a byte order mark is not', async () => {
    write('  - { id: use, type: check, expect: inputs.n == "é" }\n', 'inputs: { n: { type: string } }\n');
    writeFileSync(join(here.folder, 'in.yaml'), Buffer.from('n: \xe9\n', 'latin1'));
    const { code, stderr } = await run('--input-file', 'in.yaml');
    expect(code).toBe(2);
    expect(stderr).toContain('in.yaml:1:4: these bytes are not UTF-8');
    writeFileSync(join(here.folder, 'in.yaml'), '\ufeffn: é\n');
    expect((await run('--input-file', 'in.yaml')).code).toBe(0);
  });
});

it.each([
  ['', 'confirm.typed is empty'],
  ['\u200b\u3164', 'confirm.typed is empty'],
  ['prod\u00ad', 'characters that nobody sees or can type: "prod" is shown'],
  ['a\nb', 'characters that nobody sees or can type: "a b" is shown'],
  ['no', 'confirm.typed is "no", which is typed to decline'],
])('a text to type that nobody could mean is a fault: %j', async (text, words) => {
  write(
    `  - { id: sure, type: shell, argv: [touch, touched], cwd: "${here.folder}", undo: none, confirm: { message: Sure, typed: "{{inputs.name}}" } }\n`,
    'inputs: { name: { type: text } }\n',
  );
  const { code, stdout } = await run('-i', `name=${text}`, '--answer', `sure=${text}`);
  expect(code, stdout).toBe(1);
  expect(stdout).toContain(words);
  expect(touched()).toBe(false);
});
