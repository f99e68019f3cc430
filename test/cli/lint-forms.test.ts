/** What `lint` says to machines, through the real program: each form as its reader takes it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Place } from '../rig/cli.ts';
import { eventually, place, runbook, start } from '../rig/cli.ts';

let here: Place;
beforeEach(() => {
  here = place();
  writeFileSync(join(here.folder, 'good.yaml'), book('good', 'argv: ["true"]'));
  writeFileSync(join(here.folder, 'bad & worse.yaml'), book('bad', 'argv: ["true"], foo: 1'));
});
afterEach(() => {
  here.remove();
});

const book = (id: string, step: string, above = ''): string =>
  `${above}apiVersion: runbook/v1\nid: ${id}\ntitle: One\nowners: [tests]\nsteps:\n  - { id: one, type: shell, ${step} }\n`;
const lint = async (form: string): Promise<string> => {
  const { code, stdout } = await runbook(['lint', 'good.yaml', 'bad & worse.yaml', '-o', form], {
    cwd: here.folder,
    env: here.env,
  });
  expect(code).toBe(3);
  return stdout.trimEnd();
};

describe('lint -o', () => {
  it('json: files, and each finding with its place, hint and code', async () => {
    const { files, findings } = JSON.parse(await lint('json')) as { files: number; findings: readonly object[] };
    expect({ files, findings: findings.length }).toEqual({ files: 2, findings: 1 });
    expect(findings[0]).toMatchObject({ file: 'bad & worse.yaml', line: 6, column: 45, severity: 'error', code: 'key/unknown' });
  });

  it('repeats no line that holds a secret, in no form', async () => {
    const secret = 'xoxb-1234567890-abcdefgh';
    writeFileSync(join(here.folder, 'bad & worse.yaml'), book('bad', `argv: [post], env: { TOKEN: ${secret} }, foo: 1`));
    for (const form of ['plain', 'json', 'github', 'gitlab', 'junit', 'sarif']) {
      const told = await lint(form);
      expect(told).toContain('a Slack token is in the runbook');
      expect(told).not.toContain(secret);
    }
  });

  it('github: a workflow command whose properties are escaped', async () => {
    expect(await lint('github')).toMatch(
      /^::error file=bad & worse\.yaml,line=6,col=45,endLine=6,endColumn=48,title=key\/unknown::/,
    );
  });

  it('gitlab: the fingerprint stays when lines are added above', async () => {
    interface Entry {
      readonly fingerprint: string;
      readonly location: { readonly path: string; readonly lines: { readonly begin: number } };
    }
    const read = async (): Promise<Entry | undefined> => (JSON.parse(await lint('gitlab')) as readonly Entry[])[0];
    const before = await read();
    expect(before).toMatchObject({ severity: 'major', check_name: 'key/unknown', location: { lines: { begin: 6 } } });
    writeFileSync(join(here.folder, 'bad & worse.yaml'), book('bad', 'argv: ["true"], foo: 1', '# a comment\n\n'));
    const after = await read();
    expect(after?.location.lines.begin).toBe(8);
    expect(after?.fingerprint).toBe(before?.fingerprint);
  });

  it('sarif: version 2.1.0, the rule once, a region, a path as a reference', async () => {
    const log = JSON.parse(await lint('sarif')) as { version: string; runs: readonly object[] };
    expect(log).toMatchObject({
      version: '2.1.0',
      runs: [
        {
          tool: { driver: { name: 'runbook', rules: [{ id: 'key/unknown' }] } },
          results: [
            {
              ruleId: 'key/unknown',
              level: 'error',
              locations: [
                {
                  physicalLocation: {
                    artifactLocation: { uri: 'bad%20%26%20worse.yaml' },
                    region: { startLine: 6, startColumn: 45, endLine: 6, endColumn: 48 },
                  },
                },
              ],
            },
          ],
        },
      ],
    });
  });

  it('junit: a file without findings is a test that passed', async () => {
    const text = await lint('junit');
    expect(text).toContain(
      '<testsuite name="good.yaml" tests="1" failures="0" errors="0">\n    <testcase classname="good.yaml" name="lint"/>',
    );
    expect(text).toContain('<testsuite name="bad &amp; worse.yaml" tests="1" failures="1" errors="0">');
    expect(text).toMatch(/<failure type="key\/unknown" message="[^"<>]+">/);
  });

  it('an unknown form is a mistake of usage and names the known ones', async () => {
    const { code, stderr } = await runbook(['lint', 'good.yaml', '-o', 'xml'], { cwd: here.folder, env: here.env });
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('plain, json, github, gitlab, sarif, junit') as string,
    });
  });
});

it('a mistyped key is one mistake, not also a missing one', async () => {
  writeFileSync(join(here.folder, 'bad & worse.yaml'), book('bad', 'argb: ["true"]'));
  const { findings } = JSON.parse(await lint('json')) as { findings: readonly { code: string; hint?: string }[] };
  expect(findings.map(({ code, hint }) => ({ code, hint }))).toEqual([{ code: 'key/unknown', hint: 'did you mean "argv"?' }]);
});

describe('lint --watch', () => {
  it('lints again when a file is mended, and ends with exit code 0 on Ctrl-C', async () => {
    const running = start(['lint', 'bad & worse.yaml', '--watch'], { cwd: here.folder, env: here.env });
    // Mended before it says that it watches: a change during a pass is a change too.
    await eventually('the first pass', () => running.stderr().includes('1 error'));
    writeFileSync(join(here.folder, 'bad & worse.yaml'), book('bad', 'argv: ["true"]'));
    await eventually('the second pass', () => running.stderr().includes('0 errors'));
    running.child.kill('SIGINT');
    expect((await running.finished).code).toBe(0);
  });
});

describe('explain', () => {
  it('prints what the page of its area has of a code, lists all codes, and knows what was meant', async () => {
    const call = (...args: readonly string[]) => runbook(['explain', ...args], { cwd: here.folder, env: here.env });
    const { stdout } = await call('key/unknown');
    expect(stdout).toMatch(/^# key\/unknown\n[\s\S]*Failing:[\s\S]*Mended:/);
    expect(stdout.match(/^#+ [a-z-]+\/[a-z-]+$/gm)).toEqual(['# key/unknown']);
    expect((await call()).stdout).toContain('wait/no-timeout');
    expect(await call('key/unkown')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('did you mean "key/unknown"?') as string,
    });
  });
});

describe('lint --strict', () => {
  /** A pager that does not know the severity: a warning. */
  const warned = (): void => {
    const step = '{ id: page, type: escalate, to: oncall, severity: DREADFUL, message: x }';
    const head = 'apiVersion: runbook/v1\nid: one\ntitle: One\nowners: [tests]\ntargets: { oncall: pager }\n';
    writeFileSync(join(here.folder, 'warned.yaml'), `${head}steps:\n  - ${step}\n`);
  };
  const call = (...more: readonly string[]) =>
    runbook(['lint', 'warned.yaml', '-o', 'github', ...more], { cwd: here.folder, env: here.env });

  it.each([
    ['without it a warning is none', [], 0, '::warning '],
    ['of a code that it names', ['--strict', 'undo/missing,message/severity'], 3, '::error '],
    ['of all', ['--strict', 'all'], 3, '::error '],
    ['of none of those that it names', ['--strict', 'undo/missing'], 0, '::warning '],
  ])('makes an error of a warning: %s', async (_what, options, exit, begin) => {
    warned();
    const { code, stdout } = await call(...options);
    expect([code, stdout.slice(0, begin.length)]).toEqual([exit, begin]);
  });

  it('refuses a code that does not exist', async () => {
    warned();
    const { code, stderr } = await call('--strict', 'undo/mising');
    expect([code, stderr]).toEqual([2, expect.stringContaining('there is no code undo/mising')]);
  });
});

it.each([
  [
    'a configuration',
    'environments: { lab: { rehearsal: true } }\n',
    'this is a configuration: `runbook lint --config book.yaml` checks it',
  ],
  [
    'a rehearsal file',
    'apiVersion: runbook/v1\nrehearses: x\ninputs: { a: 1 }\n',
    'name it after its runbook, `NAME.rehearsal.yaml`',
  ],
  ['a test file', 'apiVersion: runbook/v1\ntests: x\n', 'name it after its runbook, `NAME.test.yaml`'],
  ['a manifest of something else', 'apiVersion: apps/v1\nkind: Deployment\nspec: {}\n', '`runbook new NAME` writes one'],
])('%s among the runbooks is one finding, which tells what to do with it', async (_, text, hint) => {
  writeFileSync(join(here.folder, 'book.yaml'), text);
  const { code, stdout } = await runbook(['lint', 'book.yaml', '-o', 'json'], { cwd: here.folder, env: here.env });
  expect(code).toBe(3);
  const { findings } = JSON.parse(stdout) as { readonly findings: readonly object[] };
  expect(findings).toEqual([
    expect.objectContaining({
      code: 'document/other',
      line: 1,
      column: 1,
      hint: expect.stringContaining(hint) as string,
    }) as object,
  ]);
});
