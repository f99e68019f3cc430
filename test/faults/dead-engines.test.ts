/** What is told of a run whose engine is not there any more: it ended, it was killed, or it never began. */
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Place } from '../rig/cli.ts';
import { eventually, place, program, runbook } from '../rig/cli.ts';
import { openTerminal } from '../rig/terminal.ts';

let here: Place;
beforeEach(() => {
  here = place();
});
afterEach(() => {
  here.remove();
});

const runsFolder = (): string => join(here.folder, 'state', 'runs');
const runIds = (): readonly string[] => (existsSync(runsFolder()) ? readdirSync(runsFolder()) : []);
const call = (...args: readonly string[]) => runbook(args, { cwd: here.folder, env: here.env });

function write(steps: string): string {
  const path = join(here.folder, 'dead.yaml');
  writeFileSync(path, `apiVersion: runbook/v1\nid: dead\ntitle: Dead\nowners: [tests]\nsteps:\n${steps}`);
  return path;
}

describe('an engine that was killed and that its parent has not collected', () => {
  it('holds no lock: its run is interrupted and can be resumed', async () => {
    const path = write('  - { id: slow, type: shell, argv: [sleep, "2"] }\n');
    // `sleep` takes the place of the shell that started the engine, and collects no children.
    const parent = spawn('sh', ['-c', `"${process.execPath}" "${program}" run "${path}" >log & echo $! >pid; exec sleep 60`], {
      cwd: here.folder,
      env: { ...process.env, ...here.env },
      stdio: 'ignore',
    });
    try {
      const log = join(here.folder, 'log');
      await eventually('the step runs', () => existsSync(log) && readFileSync(log, 'utf8').includes('-- slow'));
      const pid = Number(readFileSync(join(here.folder, 'pid'), 'utf8'));
      process.kill(pid, 'SIGKILL');
      await eventually('it is a zombie', () => / Z /.test(readFileSync(`/proc/${String(pid)}/stat`, 'utf8')));
      expect((await call('runs')).stdout).toContain('interrupted');
      const resumed = await call('resume', 'last');
      expect(resumed.stderr).toContain('succeeded');
      expect(resumed.code).toBe(0);
    } finally {
      parent.kill('SIGKILL');
    }
  });
});

describe('a run that has ended', () => {
  it.each(['run.settled', 'run.finished'])('tells its outcome again when it is resumed after a kill behind %s', async (last) => {
    expect((await call('run', write('  - { id: fails, type: shell, argv: ["false"] }\n'))).code).toBe(1);
    const [run = ''] = runIds();
    const killed = join(runsFolder(), '00000000000000000000000001');
    mkdirSync(killed);
    for (const folder of ['output', 'samples', 'evidence']) mkdirSync(join(killed, folder));
    for (const file of ['plan.json', 'place.json', 'runbook.yaml'])
      copyFileSync(join(runsFolder(), run, file), join(killed, file));
    const lines = readFileSync(join(runsFolder(), run, 'journal.jsonl'), 'utf8')
      .trimEnd()
      .split('\n');
    const kept = lines.slice(0, lines.findIndex((line) => line.includes(`"type":"${last}"`)) + 1);
    writeFileSync(join(killed, 'journal.jsonl'), `${kept.join('\n')}\n`);
    const resumed = await call('resume', '00000000000000000000000001');
    expect(resumed.stderr).toContain(': failed; `runbook report');
    expect(resumed.code).toBe(1);
  });

  it('is never taken for lost by its viewer, however short it was', async () => {
    const path = write('  - { id: fails, type: shell, argv: ["false"] }\n');
    for (let time = 0; time < 5; time += 1) {
      const terminal = openTerminal(['run', path], { cwd: here.folder, env: here.env });
      expect(await terminal.code).toBe(1);
      expect(terminal.screen().join('\n')).toContain(': failed; `runbook report');
    }
  });
});

describe('a run that was refused before its first record', () => {
  it('leaves nothing behind and is not listed', async () => {
    const path = write('  - { id: slow, type: shell, argv: [sleep, "30"] }\n');
    const first = spawn(process.execPath, [program, 'run', path], { cwd: here.folder, env: { ...process.env, ...here.env } });
    let said = '';
    first.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await eventually('the first run works', () => said.includes('-- slow'));
    expect((await call('run', path)).code).toBe(5);
    expect((await call('runs')).stdout.trim().split('\n')).toEqual([expect.stringContaining('running')]);
    expect(runIds()).toHaveLength(1);
    first.kill('SIGINT');
    await new Promise((ended) => first.once('close', ended));
  });

  it('is not listed either when its engine ended without any record', async () => {
    await call('run', write('  - { id: fails, type: shell, argv: ["false"] }\n'));
    const unbegun = join(runsFolder(), '00000000000000000000000001');
    mkdirSync(unbegun);
    writeFileSync(join(unbegun, 'journal.jsonl'), '');
    const listed = JSON.parse((await call('runs', '-o', 'json')).stdout) as readonly { readonly state: string }[];
    expect(listed.map((one) => one.state)).toEqual(['finished']);
    expect((await call('resume', '00000000000000000000000001')).stderr).toContain('there is no run');
  });
});
