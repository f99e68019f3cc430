/** Each outcome has its exit code, seen through the real program on small runbooks whose target keeps a ledger of its own. */
import { existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Place } from '../rig/cli.ts';
import { eventually, place, runbook, start } from '../rig/cli.ts';

let here: Place;
beforeEach(() => {
  here = place();
});
afterEach(() => {
  here.remove();
});

const write = (body: string, id = 'small'): string => {
  const path = join(here.folder, `${id}.yaml`);
  writeFileSync(path, `apiVersion: runbook/v1\nid: ${id}\ntitle: Small\nowners: [tests]\n${body}`);
  return path;
};
const ledger = (): readonly string[] => {
  const path = join(here.folder, 'ledger');
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
};
/** A step whose effect is a line in the ledger. */
const adds = (id: string, more = ''): string =>
  `  - { id: ${id}, type: shell, script: "echo ${id} >> ledger", cwd: "${here.folder}"${more === '' ? '' : `, ${more}`} }\n`;
const run = (path: string, ...more: readonly string[]) => runbook(['run', path, ...more], { env: here.env, cwd: here.folder });

interface RunJson {
  readonly outcome: string;
  readonly exitCode: number;
  readonly steps: readonly { readonly id: string; readonly state: string; readonly changed: unknown }[];
}

describe('outcomes and exit codes', () => {
  it('0: every step worked', async () => {
    const { code, stdout } = await run(write(`steps:\n${adds('one')}${adds('two')}`), '-o', 'json');
    const result = JSON.parse(stdout) as RunJson;
    expect({ code, outcome: result.outcome, states: result.steps.map((step) => step.state) }).toEqual({
      code: 0,
      outcome: 'succeeded',
      states: ['ok', 'ok'],
    });
    expect(ledger()).toEqual(['one', 'two']);
  });

  it('1: a step failed; later steps are skipped with that cause, finally runs', async () => {
    const body = `steps:\n  - { id: bad, type: shell, argv: ["false"] }\n${adds('later')}finally:\n${adds('always')}`;
    const { code, stdout } = await run(write(body));
    expect(code).toBe(1);
    expect(stdout).toContain('later: skipped');
    expect(ledger()).toEqual(['always']);
  });

  it('1: a validation that does not hold fails the run', async () => {
    const body = `steps:\n${adds('one')}validations:\n  - { id: proof, type: check, expect: 1 > 2 }\n`;
    expect((await run(write(body))).code).toBe(1);
  });

  it('2: an unknown runbook, with did you mean', async () => {
    const { code, stderr } = await runbook(['run', 'ws-desnyc'], { env: here.env });
    expect(code).toBe(2);
    expect(stderr).toContain('did you mean ws-desync?');
  });

  it('3: an invalid document executes nothing', async () => {
    const { code, stderr } = await run(write(`steps:\n${adds('one')}  - { id: two, type: shel, argv: [echo] }\n`));
    expect(code).toBe(3);
    expect(stderr).toMatch(/small\.yaml:\d+:\d+/);
    expect(stderr).toContain('shell');
    expect(ledger()).toEqual([]);
  });

  it('4: an unmet precondition refuses and changes nothing', async () => {
    const body = `preconditions:\n  - { id: holds, type: check, expect: 1 > 2 }\nsteps:\n${adds('one')}`;
    expect((await run(write(body))).code).toBe(4);
    expect(ledger()).toEqual([]);
  });

  it('6: a failure with onFailure undo takes the changes back, newest first', async () => {
    const undo = (name: string): string =>
      `undo: [{ type: shell, script: "echo undo-${name} >> ledger", cwd: "${here.folder}" }]`;
    const body = `onFailure: undo\nsteps:\n${adds('one', undo('one'))}${adds('two', undo('two'))}  - { id: bad, type: shell, argv: ["false"] }\n`;
    expect((await run(write(body))).code).toBe(6);
    expect(ledger()).toEqual(['one', 'two', 'undo-two', 'undo-one']);
  });

  it('8: a confirmation that nobody answers', async () => {
    expect((await run(write(`steps:\n${adds('one', 'confirm: Really?')}`))).code).toBe(8);
    expect(ledger()).toEqual([]);
  });

  it('0: the same confirmation answered beforehand', async () => {
    expect((await run(write(`steps:\n${adds('one', 'confirm: Really?')}`), '--yes')).code).toBe(0);
    expect(ledger()).toEqual(['one']);
  });

  it('5: a second run of the same lock is refused while the first is alive', async () => {
    const path = write(`steps:\n  - { id: slow, type: shell, argv: [sleep, "30"] }\n`);
    const first = start(['run', path], { env: here.env, cwd: here.folder });
    await eventually('the first run started its step', () => first.stdout().includes('-- slow'));
    const second = await run(path);
    expect(second.code).toBe(5);
    expect(second.stderr).toContain('is held by run');
    first.child.kill('SIGINT');
    expect((await first.finished).code).toBe(11);
  });
});

describe('kill -9 and resume', () => {
  it('shows the run as interrupted at once, and continues without repeating what was done', async () => {
    const path = write(
      `steps:\n${adds('one')}  - { id: slow, type: shell, argv: [sleep, "1"], repeatable: true }\n${adds('three')}`,
    );
    const first = start(['run', path], { env: here.env, cwd: here.folder });
    await eventually('the slow step runs', () => first.stdout().includes('-- slow'));
    first.child.kill('SIGKILL');
    await first.finished;
    const listed = JSON.parse((await runbook(['runs', '-o', 'json'], { env: here.env })).stdout) as readonly {
      run: string;
      state: string;
    }[];
    expect(listed.map((one) => one.state)).toEqual(['interrupted']);
    const resumed = await runbook(['resume', listed[0]?.run ?? ''], { env: here.env, cwd: here.folder });
    expect({ code: resumed.code, stderr: resumed.stderr }).toMatchObject({ code: 0 });
    expect(ledger()).toEqual(['one', 'three']);
  });

  it('asks when a step that may not be repeated was in flight: exit 9 when nobody answers', async () => {
    const path = write(
      `steps:\n  - { id: once, type: shell, script: "echo once >> ledger; sleep 30", cwd: "${here.folder}", timeout: 60s }\n`,
    );
    const first = start(['run', path], { env: here.env, cwd: here.folder });
    await eventually('the effect happened', () => ledger().length === 1);
    first.child.kill('SIGKILL');
    await first.finished;
    const child = await eventually('the child is found', () => survivors(here.folder));
    for (const pid of child) process.kill(pid, 'SIGKILL');
    const listed = JSON.parse((await runbook(['runs', '-o', 'json'], { env: here.env })).stdout) as readonly { run: string }[];
    const resumed = await runbook(['resume', listed[0]?.run ?? ''], { env: here.env, cwd: here.folder });
    expect(resumed.code).toBe(9);
    expect(ledger()).toEqual(['once']);
  });
});

/** Children of the killed run, by their working directory. */
function survivors(folder: string): readonly number[] | undefined {
  const found = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/cwd`) === folder;
      } catch {
        return false;
      }
    })
    .map(Number);
  return found.length > 0 ? found : undefined;
}
