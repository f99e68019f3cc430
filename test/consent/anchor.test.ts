/** The anchor of a configuration keeps heads elsewhere, and tells a record that was cut off from one that a crash left unfinished. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Finished, Place } from '../rig/cli.ts';
import { eventually, place, runbook, start } from '../rig/cli.ts';
import { startHttp } from '../rig/servers.ts';

let here: Place;
const at = (...names: readonly string[]): string => join(here.folder, ...names);
const call = (...args: readonly string[]): Promise<Finished> => runbook(args, { env: here.env, cwd: here.folder });
const journal = (run: string): string => at('state', 'runs', run, 'journal.jsonl');
const lines = (run: string): readonly string[] => readFileSync(journal(run), 'utf8').trim().split('\n');
const kept = (): string => readFileSync(at('heads'), 'utf8');

function write(anchor: object, more = '', targets: object = {}): void {
  writeFileSync(at('runbook.config.yaml'), JSON.stringify({ anchor, environments: { local: { targets } } }));
  const steps = `steps:
  - { id: one, type: shell, argv: [touch, "{{inputs.file}}"], undo: [{ type: shell, argv: [rm, made] }] }
  - { id: two, type: shell, argv: [sh, -c, 'echo ran >> two; echo $$ > pid; exec sleep "$1"', sh, "{{inputs.pause}}"], undo: none }
`;
  const inputs = 'inputs: { file: { type: string, default: made }, pause: { type: string, default: "0" } }';
  writeFileSync(at('r.yaml'), `apiVersion: runbook/v1\nid: r\ntitle: R\nowners: [tests]\n${inputs}\n${steps}${more}`);
}
const finished = async (): Promise<{ readonly run: string; readonly head: { readonly seq: number; readonly hash: string } }> =>
  JSON.parse((await call('run', 'r.yaml', '--trust-config', '-y', '-o', 'json')).stdout) as Awaited<ReturnType<typeof finished>>;

beforeEach(() => {
  here = place();
  write({ put: ['tee', '-a', at('heads')], get: ['cat', at('heads')] });
});
afterEach(() => {
  here.remove();
});

it('gets the head of the whole record at the end, and confirms it', async () => {
  const { run, head } = await finished();
  expect(kept().trim().split('\n').at(-1)).toBe(`${run} ${String(head.seq)} ${head.hash}`);
  const { code, stdout } = await call('verify', run);
  expect({ code, stdout }).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(`the anchor confirms all ${String(head.seq)} records`) as string,
  });
});

it('tells a record that was cut off: verify names it, and resume changes nothing', async () => {
  const { run } = await finished();
  const ran = readFileSync(at('two'), 'utf8');
  const two = lines(run).findIndex((line) => line.includes('"attempt.started"') && line.includes('"two"'));
  writeFileSync(journal(run), `${lines(run).slice(0, two).join('\n')}\n`);
  const verified = await call('verify', run);
  expect(verified).toMatchObject({ code: 10, stdout: expect.stringContaining('the end was cut off') as string });
  const resumed = await call('resume', run, '-y');
  expect(resumed).toMatchObject({ code: 10, stderr: expect.stringContaining('the end was cut off') as string });
  expect(readFileSync(at('two'), 'utf8')).toBe(ran);
});

it('lets a run continue that a crash left unfinished', async () => {
  const killed = start(['run', 'r.yaml', '--trust-config', '-y', '-i', 'pause=30'], { env: here.env, cwd: here.folder });
  await eventually('the second step', () => existsSync(at('pid')) && existsSync(at('heads')));
  killed.child.kill('SIGKILL');
  process.kill(Number(readFileSync(at('pid'), 'utf8')));
  await killed.finished;
  const [run = ''] = kept().split(' ');
  expect((await call('verify', run)).code).toBe(0);
  const resumed = await call('resume', run, '--no-questions');
  expect(resumed.stderr).not.toContain('cut off');
  expect(resumed.code).not.toBe(10);
  expect((await call('verify', run)).code).toBe(0);
});

it('tells a record that is gone as a whole: the run stays listed as damaged, and nothing is done again', async () => {
  const { run } = await finished();
  writeFileSync(journal(run), '');
  expect((await call('runs')).stdout).toMatch(new RegExp(`${run}.*damaged`));
  expect(await call('verify', run)).toMatchObject({
    code: 10,
    stdout: expect.stringContaining('all records are gone') as string,
  });
  write({ put: ['true'] });
  for (const verb of ['resume', 'undo'])
    expect(await call(verb, run, '-y', '--trust-config'), verb).toMatchObject({
      code: 10,
      stderr: expect.stringContaining('all records are gone') as string,
    });
  expect(readFileSync(at('two'), 'utf8')).toBe('ran\n');
});

it('proves nothing when no configuration names it any more', async () => {
  const { run } = await finished();
  writeFileSync(at('runbook.config.yaml'), 'environments: { local: {} }\n');
  const verified = await call('verify', run);
  expect(verified).toMatchObject({ code: 10, stdout: expect.stringContaining('no configuration names it now') as string });
});

it('tells a record that was rewritten', async () => {
  const { run, head } = await finished();
  writeFileSync(at('heads'), `Nov 29 audit runbook: ${run} ${String(head.seq)} ${'0'.repeat(64)}\n`);
  const verified = await call('verify', run);
  expect(verified).toMatchObject({ code: 10, stdout: expect.stringContaining('was rewritten') as string });
  expect(verified.stdout).not.toContain('confirms');
  expect((await call('undo', run)).code).toBe(10);
});

it('a command that fails stops no run, is told at its end, and proves nothing', async () => {
  write({ put: ['false'], get: ['false'] });
  const done = await call('run', 'r.yaml', '--trust-config', '-y');
  expect(done).toMatchObject({ code: 0, stderr: expect.stringContaining('is not anchored: the command false') as string });
  const verified = await call('verify', 'last');
  expect(verified).toMatchObject({ code: 10, stdout: expect.stringContaining('cannot be asked') as string });
});

it('the last message of a run names the head that its record had then, and verify knows it', async () => {
  const bodies: string[] = [];
  const http = await startHttp((response, { body }) => {
    bodies.push(body);
    response.end('ok');
  });
  const targets = { team: { type: 'chat', webhook: `${http.url}/hook` } };
  write(
    { put: ['tee', '-a', at('heads')] },
    'targets: { team: chat }\ncomms: [{ at: [started, finished], to: team, message: Hello }]\n',
    targets,
  );
  const { run } = await finished();
  await http.close();
  const [first = '', last = ''] = bodies;
  expect(first).not.toContain('head');
  const [, head = ''] = /head ([0-9a-f]{64})/.exec(last) ?? [];
  expect(await call('verify', run, '--head', head)).toMatchObject({ code: 0 });
});
