/** What a run was opened with decides what it does: `resume` and `undo` of anything else end with exit code 10 and perform nothing. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Finished, Place } from '../rig/cli.ts';
import { eventually, place, runbook, start } from '../rig/cli.ts';

let here: Place;
beforeEach(() => {
  here = place();
  writeFileSync(at('runbook.config.yaml'), 'environments: { prod: { facts: { site: one } } }\n');
});
afterEach(() => {
  here.remove();
});
const at = (...names: readonly string[]): string => join(here.folder, ...names);
const call = (...args: readonly string[]): Promise<Finished> => runbook(args, { env: here.env, cwd: here.folder });

const steps = `
  - { id: wait, type: shell, script: "touch begun; sleep 1", repeatable: true, undo: none }
  - id: make
    type: shell
    argv: [touch, made]
    undo: { type: shell, argv: [rm, made] }
`;

/** A run whose engine was killed in its first step. */
async function interrupted(): Promise<string> {
  writeFileSync(at('one.yaml'), `apiVersion: runbook/v1\nid: one\ntitle: One\nowners: [tests]\nsteps:${steps}`);
  const running = start(['run', 'one.yaml'], { env: here.env, cwd: here.folder });
  await eventually('it has begun', () => existsSync(at('begun')));
  running.child.kill('SIGKILL');
  await running.finished;
  const { stdout } = await call('runs', '-o', 'json');
  return (JSON.parse(stdout) as readonly { readonly run: string }[])[0]?.run ?? '';
}

const inRun = (run: string, file: string): string => at('state', 'runs', run, file);
const edit = (run: string, file: string, from: string, to: string): void => {
  const text = readFileSync(inRun(run, file), 'utf8');
  expect(text).toContain(from);
  writeFileSync(inRun(run, file), text.replaceAll(from, to));
};
const journal = (run: string): readonly Readonly<Record<string, unknown>>[] =>
  readFileSync(inRun(run, 'journal.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

const edits = [
  ['a step in the plan', 'plan.json', '"touch","made"', '"touch","evil"'],
  ['the undo in the plan', 'plan.json', '"rm","made"', '"touch","evil"'],
  ['the text of the runbook', 'runbook.yaml', 'title: One', 'title: Two'],
  ['the folder it was started from', 'place.json', '"directory":"/', '"directory":"//'],
] as const;

describe('an edited run folder', () => {
  it.each(edits)('is not resumed after a change of %s', async (_what, file, from, to) => {
    const run = await interrupted();
    edit(run, file, from, to);
    const before = journal(run);
    const { code, stderr } = await call('resume', run);
    expect({ code, named: stderr.includes(file), again: journal(run) }).toEqual({ code: 10, named: true, again: before });
    expect(existsSync(at('made')) || existsSync(at('evil'))).toBe(false);
  });

  it('is not undone after any of these changes', async () => {
    const run = await interrupted();
    expect((await call('resume', run)).code).toBe(0);
    for (const [what, file, from, to] of edits) {
      const before = readFileSync(inRun(run, file), 'utf8');
      edit(run, file, from, to);
      const { code, stderr } = await call('undo', run);
      expect({ what, code, named: stderr.includes(file) }).toEqual({ what, code: 10, named: true });
      writeFileSync(inRun(run, file), before);
    }
    expect(existsSync(at('made')) && !existsSync(at('evil'))).toBe(true);
  });

  it('is refused by its first record when the plan was hashed again', async () => {
    const run = await interrupted();
    const { planHash } = await import('../../src/interpreter/plan/hash.ts');
    const text = readFileSync(inRun(run, 'plan.json'), 'utf8').replaceAll('"touch","made"', '"touch","evil"');
    const plan = JSON.parse(text) as Parameters<typeof planHash>[0];
    writeFileSync(inRun(run, 'plan.json'), JSON.stringify({ ...plan, hash: planHash(plan) }));
    const { code, stderr } = await call('resume', run);
    expect(code).toBe(10);
    expect(stderr).toContain('the run was opened with');
  });

  it('is refused with exit code 10 when its plan is not JSON', async () => {
    const run = await interrupted();
    writeFileSync(inRun(run, 'plan.json'), '{');
    expect((await call('resume', run)).code).toBe(10);
    expect((await call('report', run)).code).toBe(10);
  });
});

describe('a changed configuration', () => {
  const changed = 'environments: { prod: { facts: { site: two } } }\n';

  it('is refused by resume; named it is used, and the record has both', async () => {
    const run = await interrupted();
    writeFileSync(at('runbook.config.yaml'), changed);
    const refused = await call('resume', run);
    expect(refused.code).toBe(10);
    expect(refused.stderr).toContain('the configuration has changed since the run used it');
    const resumed = await call('resume', run, '--config', 'runbook.config.yaml');
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(resumed.stdout).toContain('with another configuration');
    const [first, second] = journal(run).filter((one) => one['type'] === 'engine.started');
    expect(second).toMatchObject({ configBefore: first?.['config'], config: { path: at('runbook.config.yaml') } });
    expect((await call('report', run)).stdout).toMatch(/Configuration: .*, then /);
  });

  it('is refused by undo as well, and the run that undoes names its own', async () => {
    const run = await interrupted();
    expect((await call('resume', run)).code).toBe(0);
    writeFileSync(at('runbook.config.yaml'), changed);
    expect((await call('undo', run)).code).toBe(10);
    writeFileSync(at('other.yaml'), changed);
    const undone = await call('undo', run, '--config', 'other.yaml');
    expect(undone.code, undone.stderr).toBe(6);
    const runs = JSON.parse((await call('runs', '-o', 'json')).stdout) as readonly { readonly run: string }[];
    expect(journal(runs[1]?.run ?? '')[0]).toMatchObject({ pins: { config: { path: at('other.yaml') } } });
  });
});

describe('a run of a version that pinned less', () => {
  it('is resumed when what it does name is unchanged', async () => {
    const run = await interrupted();
    const { lineOf } = await import('../../src/interpreter/store/journal-read.ts');
    const { sha256 } = await import('../../src/interpreter/plan/hash.ts');
    let prev = '0'.repeat(64);
    const newer = new Set(['sum', 'pins', 'config']);
    const lines = journal(run).map((record) => {
      const kept = Object.fromEntries(Object.entries(record).filter(([name]) => !newer.has(name)));
      const line = lineOf({ ...kept, prev });
      prev = sha256(line);
      return line;
    });
    writeFileSync(inRun(run, 'journal.jsonl'), `${lines.join('\n')}\n`);
    expect((await call('resume', run)).code).toBe(0);
  });
});
