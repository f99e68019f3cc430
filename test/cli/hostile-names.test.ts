/** Titles, file names and outputs of others: whatever is printed, in whatever form, nothing in it moves, colours, hides or begins a line of its own. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Place } from '../rig/cli.ts';
import { place, runbook } from '../rig/cli.ts';

const forbidden = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/;
const clipboard = '\u001b]52;c;aGk=\u0007';
/** In YAML, what a runner of builds would obey at the beginning of a line. */
const noLine = '\\n::error title=no::line';
const word = `word=${clipboard}\u001b[8m\u202e\u0085w`;
let here: Place;
beforeEach(() => {
  here = place();
  mkdirSync(join(here.folder, 'runbooks.yaml.d'));
  writeFileSync(
    join(here.folder, 'runbooks.yaml.d', 'loud.yaml'),
    'apiVersion: runbook/v1\nid: loud\ntitle: "Loud \\e]52;c;aGk=\\a\\e[8m\\u202e\\u0085title"\nowners: [tests]\nsteps:\n' +
      '  - { id: one, title: "\\e[2J one", type: shell, argv: [printf, "\\\\033[8mhidden\\\\033[0m"] }\n',
  );
  writeFileSync(
    join(here.folder, 'runbooks.yaml.d', 'hostile.yaml'),
    'apiVersion: runbook/v1\nid: hostile\ntitle: "Hostile {{inputs.word}}"\nowners: [tests]\ninputs: { word: { type: string } }\nsteps:\n' +
      '  - { id: one, type: shell, argv: [printf, "\\\\033]52;c;aGk=\\\\007\\\\033[8mhidden\\\\033[0m {{inputs.word}}"] }\n',
  );
  writeFileSync(
    join(here.folder, 'runbooks.yaml.d', 'lines\n::error title=no::file.yaml'),
    'apiVersion: runbook/v1\nid: "lines\\n::error title=no::id"\nseverity: "sev1\\n::error title=no::severity"\ntitle: "Lines\\n::error title=no::title"\nowners: [tests]\n',
  );
  writeFileSync(
    join(here.folder, 'runbooks.yaml.d', 'several.yaml'),
    `apiVersion: runbook/v1\nid: several\ntitle: "Several${noLine} lines"\nsummary: "It${noLine}"\nowners: ["tests${noLine}"]\n` +
      `inputs: { word: { type: string, default: "d${noLine}", description: "I${noLine}" } }\nsteps:\n` +
      `  - { id: one, title: "one${noLine} {{inputs.word}}", type: shell, script: 'printf "\\n  ::error title=no::x\\n"', reads: true }\n` +
      '  - { id: two, type: shell, script: "printf \'\\\\n::error title=no::x\' >&2; exit 3", reads: true }\n',
  );
  writeFileSync(join(here.folder, 'runbooks.yaml.d', `bad${clipboard}\n::error title=no::line.yaml`), 'id: [\n');
});
afterEach(() => {
  here.remove();
});
const call = async (...args: readonly string[]): Promise<string> => {
  const { stdout, stderr } = await runbook(args, { cwd: here.folder, env: here.env });
  return stdout + stderr;
};

describe('nothing that a terminal obeys', () => {
  it.each([
    ['lint'],
    ['lint', '-o', 'json'],
    ['lint', '-o', 'github'],
    ['lint', '-o', 'gitlab'],
    ['lint', '-o', 'sarif'],
    ['lint', '-o', 'junit'],
    ['list'],
    ['list', '-o', 'json'],
    ['show', 'loud'],
    ['plan', 'loud'],
    ['plan', 'loud', '-o', 'json'],
    ['plan', 'hostile', '-i', word],
    ['check', 'hostile', '-i', word],
    ['show', 'several'],
    ['plan', 'several'],
    ['check', 'several'],
    ['run', 'several', '--no-questions', '-o', 'plain'],
    ['run', 'hostile', '-i', word, '--no-questions', '-o', 'plain'],
    ['run', 'hostile', '-i', word, '--no-questions', '-o', 'json'],
    ['run', 'hostile', '-i', word, '--no-questions', '-o', 'ndjson'],
  ])('%s %s %s %s %s', async (...args) => {
    const text = await call(...args);
    expect(forbidden.exec(text)).toBeNull();
    expect(text.split('\n').filter((line) => line.trimStart().startsWith('::error title=no'))).toEqual([]);
  });

  it.each(['markdown', 'html', 'summary', 'json', 'junit'])('report -o %s', async (form) => {
    await call('run', 'hostile', '-i', word, '--no-questions');
    expect(forbidden.exec(await call('report', 'last', '-o', form))).toBeNull();
  });

  it.each([
    ['runs', 'last'],
    ['report', 'last'],
    ['report', 'last', '-o', 'summary'],
    ['verify', 'last'],
  ])('%s %s %s %s begins no line that a runner of builds obeys', async (...args) => {
    await call('run', 'several', '--no-questions');
    const lines = (await call(...args)).split('\n');
    expect(lines.filter((line) => line.trimStart().startsWith('::error title=no'))).toEqual([]);
  });
});

it('a control character that an escape makes is an error, in values and keys', async () => {
  const { findings } = JSON.parse(await call('lint', 'runbooks.yaml.d/loud.yaml', '-o', 'json')) as {
    readonly findings: readonly { readonly code: string; readonly line: number }[];
  };
  expect(findings.map(({ code, line }) => `${code} ${String(line)}`)).toEqual([
    'yaml/control-character 3',
    'yaml/control-character 6',
  ]);
  expect((await runbook(['run', 'loud', '--no-questions'], { cwd: here.folder, env: here.env })).code).toBe(3);
});

it('a name keeps its characters for machines', async () => {
  const { findings } = JSON.parse((await runbook(['lint', '-o', 'json'], { cwd: here.folder, env: here.env })).stdout) as {
    readonly findings: readonly { readonly file: string }[];
  };
  expect(findings.some(({ file }) => file.includes(clipboard))).toBe(true);
});
