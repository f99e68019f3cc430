/** Runbooks that call runbooks, through the real program: one plan, one record, undos and questions inside as outside. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
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

const write = (id: string, body: string): string => {
  const path = join(here.folder, `${id}.yaml`);
  writeFileSync(path, `apiVersion: runbook/v1\nid: ${id}\ntitle: ${id}\nowners: [tests]\n${body}`);
  return path;
};
const ledger = (): readonly string[] => {
  const path = join(here.folder, 'ledger');
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
};
const script = (word: string): string => `{ type: shell, argv: [sh, -c, 'echo "$1" >> ledger', x, "${word}"] }`;
/** A step whose effect is a line in the ledger, and so is its undo. */
const adds = (id: string, word = id, more = ''): string =>
  `  - { id: ${id}, ${script(word).slice(2, -2)}, undo: ${script(`undo ${word}`)}${more} }\n`;
const looks = (id: string, expected: string, more = ''): string =>
  `  - { id: ${id}, type: check, expect: "${expected}"${more} }\n`;
const call = (id: string, run: string, more = ''): string => `  - { id: ${id}, type: runbook, run: ${run}${more} }\n`;

interface Result {
  readonly code: number | null;
  readonly outcome: string;
  readonly states: Readonly<Record<string, string>>;
  readonly outputs: unknown;
  readonly run: string;
  readonly stderr: string;
}

async function run(path: string, ...more: readonly string[]): Promise<Result> {
  const { code, stdout, stderr } = await runbook(['run', path, '-o', 'json', ...more], { env: here.env, cwd: here.folder });
  const none = { outcome: '', outputs: undefined, run: '', steps: [] };
  const json = (stdout === '' ? none : JSON.parse(stdout)) as Omit<Result, 'states'> & {
    readonly steps: readonly { readonly id: string; readonly state: string }[];
  };
  const states = Object.fromEntries(json.steps.map(({ id, state }) => [id, state]));
  return { code, outcome: json.outcome, outputs: json.outputs, run: json.run, states, stderr };
}
const lint = async (path: string) => (await runbook(['lint', path], { env: here.env, cwd: here.folder })).stdout;

describe('a called runbook', () => {
  beforeEach(() => {
    write(
      'inner',
      `inputs: { node: { type: string }, limit: { type: integer, default: 3 }, wait: { type: duration, default: 5s } }
preconditions:\n${looks('small', 'inputs.limit < 10')}
diagnosis:\n${looks('odd', "inputs.node == 'other'")}
steps:\n${adds('stop', 'stop {{inputs.node}}')}${looks('stopped', 'steps.stop.ok')}
validations:\n${looks('gone', "inputs.wait < duration('1m')")}
finally:\n${adds('tidy')}
outputs: { node: inputs.node, doubled: inputs.limit * 2 }
`,
    );
  });

  it('gets typed inputs, does its sections in order and gives its outputs', async () => {
    const body = `inputs: { node: { type: string } }
steps:\n${adds('before')}${call('drain', 'inner', ', inputs: { node: "{{inputs.node}}", limit: "{{steps.before.result.exitCode}}" }')}${adds('after', 'after {{steps.drain.value.node}} {{steps.drain.value.doubled}}')}
finally:\n${adds('last')}
outputs: { node: steps.drain.value.node }
`;
    const result = await run(write('outer', body), '-i', 'node=n1');
    expect(result).toMatchObject({ code: 0, outcome: 'succeeded', outputs: { node: 'n1' } });
    expect(ledger()).toEqual(['before', 'stop n1', 'after n1 0', 'tidy', 'last']);
    expect(result.states).toMatchObject({
      drain: 'ok',
      'drain.small': 'ok',
      'drain.odd': 'failed',
      'drain.stop': 'ok',
      'drain.tidy': 'ok',
    });
  });

  it('is undone with its caller, in reverse order of start', async () => {
    const body = `onFailure: undo\nsteps:\n${adds('before')}${call('drain', 'inner', ', inputs: { node: n1 }')}${looks('bad', '1 > 2')}`;
    expect(await run(write('outer', body))).toMatchObject({ code: 6, outcome: 'undone' });
    expect(ledger()).toEqual(['before', 'stop n1', 'undo stop n1', 'undo before', 'tidy']);
  });

  it('is taken back as a whole by a step of type undo', async () => {
    const body = `steps:\n${call('drain', 'inner', ', inputs: { node: n1 }')}  - { id: back, type: undo, of: [drain] }\n`;
    expect((await run(write('outer', body))).code).toBe(0);
    expect(ledger()).toEqual(['stop n1', 'undo stop n1', 'tidy']);
  });

  it('refuses a value that its declaration refuses, before its first step', async () => {
    const body = `steps:\n${adds('before')}${call('drain', 'inner', ', inputs: { node: n1, limit: "{{steps.before.result.stdout}}" }')}`;
    const { code, states } = await run(write('outer', body));
    expect({ code, inputs: states['drain:inputs'], stop: states['drain.stop'] }).toEqual({
      code: 1,
      inputs: 'failed',
      stop: 'skipped',
    });
    expect(ledger()).toEqual(['before']);
  });

  it('that fails ends alone where the call says onFailure: continue', async () => {
    write('fails', `steps:\n${looks('bad', '1 > 2')}${adds('never')}`);
    const body = `steps:\n${call('drain', 'fails', ', onFailure: continue')}${adds('after')}`;
    expect(await run(write('outer', body))).toMatchObject({
      code: 1,
      states: { drain: 'failed', 'drain.never': 'skipped', after: 'ok' },
    });
    expect(ledger()).toEqual(['after']);
  });

  it('that is called for each item has inputs and outputs of its own', async () => {
    write(
      'one',
      `inputs: { node: { type: string } }\nsteps:\n${adds('stop', 'stop {{inputs.node}}')}outputs: { node: "inputs.node + '!'" }\n`,
    );
    const each = call('drain', 'one', `, forEach: "['a', 'b']", inputs: { node: "{{item}}" }`);
    const body = `steps:\n${each}outputs: { all: "steps.drain.items.map(i, i.value.node)" }\n`;
    const { code, outputs } = await run(write('outer', body));
    expect({ code, outputs, ledger: ledger() }).toEqual({
      code: 0,
      outputs: { all: ['a!', 'b!'] },
      ledger: ['stop a', 'stop b'],
    });
  });

  it('calls further runbooks, whose names do not mix', async () => {
    write(
      'middle',
      `inputs: { node: { type: string } }\nsteps:\n${call('drain', 'inner', ', inputs: { node: "{{inputs.node}}2" }')}outputs: { deep: steps.drain.value.node }\n`,
    );
    const body = `steps:\n${call('drain', 'middle', ', inputs: { node: m }')}outputs: { deep: steps.drain.value.deep }\n`;
    expect(await run(write('outer', body))).toMatchObject({
      code: 0,
      outputs: { deep: 'm2' },
      states: { 'drain.drain.stop': 'ok' },
    });
    expect(ledger()).toEqual(['stop m2', 'tidy']);
  });

  it('asks its questions under its own name', async () => {
    write('asks', `steps:\n${adds('stop', 'stop', ', confirm: "Stop?"')}`);
    const outer = write('outer', `steps:\n${call('drain', 'asks')}`);
    expect(await run(outer, '--answer', 'drain.stop=yes')).toMatchObject({ code: 0, states: { 'drain.stop': 'ok' } });
  });

  it('gets secrets as secrets, which no record holds', async () => {
    write(
      'inner',
      `inputs: { token: { type: secret } }\nsteps:\n  - { id: use, type: shell, argv: [sh, -c, 'echo "\${#T}" >> ledger'], env: { T: "{{inputs.token}}" }, undo: none }\n`,
    );
    const outer = write(
      'outer',
      `inputs: { token: { type: secret } }\nsteps:\n${call('use', 'inner', ', inputs: { token: "{{inputs.token}}" }')}`,
    );
    writeFileSync(join(here.folder, 'secret'), 'correct-horse-battery');
    const result = await run(outer, '-i', `token=file:${join(here.folder, 'secret')}`);
    expect({ code: result.code, ledger: ledger() }).toEqual({ code: 0, ledger: ['21'] });
    expect(readFileSync(join(here.env['RUNBOOK_STATE_DIR'] ?? '', 'runs', result.run, 'journal.jsonl'), 'utf8')).not.toContain(
      'correct-horse',
    );
    const leak = write(
      'leak',
      `inputs: { token: { type: secret } }\nsteps:\n${call('use', 'looks', ', inputs: { node: "{{inputs.token}}" }')}`,
    );
    write('looks', `inputs: { node: { type: string } }\nsteps:\n${looks('one', "inputs.node == 'a'")}`);
    expect(await lint(leak)).toContain('the input "node" of looks is not a secret, and this is one');
  });

  it('continues after a crash where it was', async () => {
    write(
      'slow',
      `inputs: { node: { type: string } }\nsteps:\n${adds('one', 'one {{inputs.node}}')}  - { id: wait, type: shell, argv: [test, -e, go], allowExit: [0, 1], until: result.exitCode == 0, every: 100ms, timeout: 1m }\n${adds('two', 'two {{inputs.node}}')}`,
    );
    const outer = write('outer', `steps:\n${call('drain', 'slow', ', inputs: { node: n1 }')}`);
    const first = start(['run', outer], { env: here.env, cwd: here.folder });
    await eventually('the wait', () => first.stdout().includes('drain.wait: wait'));
    first.child.kill('SIGKILL');
    await first.finished;
    writeFileSync(join(here.folder, 'go'), '');
    expect((await runbook(['resume', 'last'], { env: here.env, cwd: here.folder })).code).toBe(0);
    expect(ledger()).toEqual(['one n1', 'two n1']);
  });

  it('sends its messages only when it is asked to', async () => {
    write(
      'tells',
      `targets: { team: chat }\nsteps:\n${adds('one')}comms:\n  - { id: told, at: [succeeded], to: team, message: Done }\n`,
    );
    writeFileSync(
      join(here.folder, 'runbook.config.yaml'),
      'environments:\n  local: { targets: { team: { type: chat, url: "http://127.0.0.1:9/" } } }\n',
    );
    expect((await run(write('outer', `steps:\n${call('quiet', 'tells')}`))).states).not.toHaveProperty('quiet.told#0');
    expect((await run(write('outer', `steps:\n${call('loud', 'tells', ', comms: true')}`))).states).toHaveProperty('loud.told#0');
  });
});

describe('targets of a called runbook', () => {
  const config = (targets: string): void => {
    writeFileSync(join(here.folder, 'runbook.config.yaml'), `environments:\n  local: { targets: { ${targets} } }\n`);
  };
  beforeEach(() => {
    write('looks', `targets: { web: http }\nsteps:\n  - { id: get, type: http, target: web, url: /, expectStatus: [200] }\n`);
  });

  it('are passed by name', async () => {
    config('front: { type: http, url: "http://127.0.0.1:9" }');
    const outer = write('outer', `targets: { front: http }\nsteps:\n${call('look', 'looks', ', targets: { web: front }')}`);
    const { stdout } = await runbook(['plan', outer, '-o', 'json'], { env: here.env, cwd: here.folder });
    const { steps } = JSON.parse(stdout) as { steps: readonly { id: string; target?: string }[] };
    expect(steps.find(({ id }) => id === 'look.get')?.target).toBe('front');
  });

  it('need no address in a way that is not taken, and are missed before its first step otherwise', async () => {
    config('other: { type: http, url: "http://127.0.0.1:9" }');
    const way = `  - id: way\n    type: choose\n    options:\n      look: { steps: [{ id: look, type: runbook, run: looks }] }\n      leave: {}\n`;
    const outer = write('outer', `steps:\n${way}${adds('after')}`);
    expect((await run(outer, '--answer', 'way=leave')).code).toBe(0);
    expect(ledger()).toEqual(['after']);
    expect((await run(outer, '--answer', 'way=look')).states).toMatchObject({ 'look:inputs': 'failed', 'look.get': 'skipped' });
  });

  it('are missed before the run where the call is certain', async () => {
    config('other: { type: http, url: "http://127.0.0.1:9" }');
    const { code, stderr } = await run(write('outer', `steps:\n${adds('before')}${call('look', 'looks')}`));
    expect(code).toBe(3);
    expect(stderr).toContain('binds no target "web" of type http, which looks needs');
    expect(ledger()).toEqual([]);
  });
});

describe('lint of a call', () => {
  it('names the circle', async () => {
    write('inner', `steps:\n${call('back', 'outer')}`);
    expect(await lint(write('outer', `steps:\n${call('there', 'inner')}`))).toContain('in a circle: outer -> inner -> outer');
  });

  it('ends however often runbooks call each other, and a plan that they make too large is refused', async () => {
    write('r24', `steps:\n${adds('one')}`);
    for (let i = 23; i >= 0; i -= 1) {
      const next = `r${String(i + 1)}`;
      write(`r${String(i)}`, `steps:\n${call('a', next)}${call('b', next)}`);
    }
    expect(await lint(join(here.folder, 'r0.yaml'))).not.toContain(' error ');
    const refused = await run(join(here.folder, 'r0.yaml'));
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('more than 10000 steps') as string]);
    expect(await lint(write('again', `steps:\n${call('a', 'r22')}`))).not.toContain(' error ');
    expect((await run(join(here.folder, 'again.yaml'))).code).toBe(0);
  });

  it('finds a type that cannot fit, a missing input and an output that is not there', async () => {
    write(
      'inner',
      `inputs: { node: { type: string }, hours: { type: integer } }\nsteps:\n${adds('one')}outputs: { node: inputs.node }\n`,
    );
    const body = `inputs: { long: { type: duration } }\nsteps:\n${call('a', 'inner', ', inputs: { hours: "{{inputs.long}}" }')}${looks('b', 'steps.a.value.nod == 1')}`;
    const said = await lint(write('outer', body));
    expect(said).toContain('inner needs the input node');
    expect(said).toContain('the input "hours" of inner is of type integer, and this is a duration');
    expect(said).toContain('nod');
  });
});
