/** Warnings that an author has considered: taken away one by one, with a reason that is beside them. */
import { describe, expect, it } from 'vitest';
import { registry } from '../../steps/index.ts';
import { check } from '../check/check.ts';
import type { Diagnostic } from './diagnostic.ts';
import { applyFixes } from './fix.ts';
import { loadRunbook } from './load.ts';

const head = 'apiVersion: runbook/v1\nid: example\ntitle: Example\nowners: [team]\ntargets: { cache: redis }\n';
const comment = (rest: string): string => `# runbook-lint-disable-next-line ${rest}`;
const why = 'redis/unknown-command: a module of ours';
async function lint(body: string): Promise<readonly Diagnostic[]> {
  const { runbook, diagnostics } = loadRunbook(head + body, 'example.yaml');
  return runbook === undefined ? diagnostics : [...diagnostics, ...(await check(runbook, registry))];
}
const codes = async (body: string): Promise<readonly string[]> => (await lint(body)).map(({ code }) => code);
const warned = '  - { id: a, type: redis, command: [BOX.LOOK, a] }\n';

describe('a suppression', () => {
  it('takes the named warning of the next line away, and no other', async () => {
    expect(await codes(`steps:\n${warned}`)).toEqual(['redis/unknown-command']);
    expect(await codes(`steps:\n  ${comment(why)}\n${warned}`)).toEqual([]);
    const second = warned.replace('id: a', 'id: b');
    const left = await lint(`steps:\n  ${comment(why)}\n${warned}${second}`);
    expect(left.map(({ code, line }) => ({ code, line }))).toEqual([{ code: 'redis/unknown-command', line: 9 }]);
  });

  it('speaks of the next line that says something: others, comments and empty lines may appear between', async () => {
    expect(await codes(`steps:\n  ${comment(why)}\n\n  # another\n${warned}`)).toEqual([]);
  });

  it('stands above the line of the finding, also inside a step', async () => {
    const step = `steps:\n  - id: a\n    type: redis\n    ${comment(why)}\n    command: [BOX.LOOK, a]\n`;
    expect(await codes(step)).toEqual([]);
    expect(await codes(step.replaceAll('\n', '\r\n'))).toEqual([]);
  });

  it('never takes an error away, and the error says so', async () => {
    const found = await lint(
      `steps:\n  ${comment('key/unknown: I know')}\n  - { id: a, type: redis, command: [PING], foo: 1 }\n`,
    );
    expect(found.map(({ code }) => code)).toEqual(['key/unknown']);
    expect(found[0]?.message).toContain('an error cannot be suppressed');
  });

  it.each([
    ['no reason', 'redis/unknown-command', 'lint/suppression-without-reason'],
    ['an empty reason', 'redis/unknown-command:  ', 'lint/suppression-without-reason'],
    ['no code', ': because', 'lint/suppression-without-reason'],
  ])('with %s is one finding, in its place', async (_what, rest, code) => {
    const found = (await lint(`steps:\n  ${comment(rest)}\n${warned}`)).filter((one) => one.code !== 'redis/unknown-command');
    expect(found.map((one) => [one.code, one.line, one.column])).toEqual([[code, 7, 3]]);
  });

  it('that suppresses nothing is a finding; --fix takes its line away', async () => {
    const calm = '  - { id: a, type: redis, command: [PING] }\n';
    const text = `steps: # all\n  ${comment(why)}\n${calm}`;
    const found = await lint(text);
    expect(found.map(({ code }) => code)).toEqual(['lint/suppression-unused']);
    expect(
      applyFixes(
        head + text,
        found.flatMap(({ fix }) => (fix === undefined ? [] : [fix])),
      ).text,
    ).toBe(`${head}steps: # all\n${calm}`);
  });

  it('of which one code is unused names that code and stays', async () => {
    const found = await lint(`steps:\n  ${comment(`redis/unknown-command, sql/unparsed: ours`)}\n${warned}`);
    expect(found).toMatchObject([
      { code: 'lint/suppression-unused', message: expect.stringContaining('sql/unparsed') as string },
    ]);
    expect(found[0]?.fix).toBeUndefined();
  });

  it('in a script or a text is not a comment', async () => {
    const script = `steps:\n  - id: a\n    type: shell\n    script: |\n      ${comment(why)}\n      true\n  - { id: b, type: shell, argv: [echo, "${comment(why)}"] }\n`;
    expect(await codes(script)).toEqual([]);
  });
});
