/** `choose` through the program: asked with what is possible now, gone the chosen way, recorded, undone, and survived by a killed engine. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Finished, Place } from '../rig/cli.ts';
import { eventually, place, runbook, start } from '../rig/cli.ts';

let here: Place;
beforeEach(() => {
  here = place();
});
afterEach(() => {
  here.remove();
});
const ledger = (): readonly string[] => {
  const path = join(here.folder, 'ledger');
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
};
const say = (id: string, more = ''): string =>
  `{ id: ${id}, type: shell, script: "echo ${id} >> ledger", cwd: "${here.folder}"${more} }`;
const undo = (word: string): string => `, undo: { type: shell, script: "echo ${word} >> ledger", cwd: "${here.folder}" }`;
const call = (...args: readonly string[]): Promise<Finished> => runbook(args, { env: here.env, cwd: here.folder });
const run = (...args: readonly string[]): Promise<Finished> => call('run', 'one.yaml', ...args);
const write = (steps: string): void => {
  const head = 'apiVersion: runbook/v1\nid: one\ntitle: One\nowners: [tests]\ninputs: { load: { type: integer, default: 5 } }\n';
  writeFileSync(join(here.folder, 'one.yaml'), `${head}steps:\n${steps}`);
};
const theRun = async (): Promise<string> =>
  (JSON.parse((await call('runs', '-o', 'json')).stdout) as readonly { readonly run: string }[])[0]?.run ?? '';
const oneOf = (options: string, more = ''): string => `  - id: way\n    type: choose\n${more}    options:\n${options}`;
const threeWays = (): string =>
  oneOf(
    `      restart: { title: Restart it, steps: [${say('stop', undo('unstop'))}, ${say('begin')}] }\n` +
      `      scale: { when: inputs.load > 10, steps: [${say('scale')}] }\n` +
      '      nothing: {}\n',
    `    suggest: "inputs.load > 10 ? 'scale' : 'restart'"\n`,
  ) + `  - ${say('after')}\n  - { id: told, type: shell, argv: [echo, "went {{steps.way.value}}"] }\n`;

describe('the chosen way', () => {
  it('is gone step by step, the others are skipped, and what follows knows it', async () => {
    write(threeWays());
    const { code, stdout } = await run('--answer', 'way=restart');
    expect(code, stdout).toBe(0);
    expect(ledger()).toEqual(['stop', 'begin', 'after']);
    expect(stdout).toContain(
      '?? way: way [restart/nothing] (restart: Restart it; scale (not possible now: inputs.load > 10 does not hold); suggested: restart)',
    );
    expect(stdout).toContain('told: ok');
    expect(stdout).toMatch(/way:scale: skipped \(when\)/);
  });

  it('may have no steps of its own', async () => {
    write(threeWays());
    expect((await run('--answer', 'way=nothing')).code).toBe(0);
    expect(ledger()).toEqual(['after']);
  });

  it('another than the suggested one is in the record, beside what was suggested and why it was not taken', async () => {
    write(threeWays());
    await run('--answer', 'way=nothing', '--reason', 'it recovers by itself');
    const { stdout } = await call('report', await theRun());
    expect(stdout).toMatch(/nothing.*suggested was restart.*it recovers by itself/s);
  });

  it('is undone in reverse order when a later step fails', async () => {
    write(`${threeWays()}  - { id: wrong, type: shell, argv: ["false"], onFailure: undo }\n`);
    expect((await run('--answer', 'way=restart')).code).toBe(6);
    expect(ledger()).toEqual(['stop', 'begin', 'after', 'unstop']);
  });

  it('is chosen for each turn of a group, and the turns do not mix', async () => {
    const way = `{ id: way, type: choose, options: { a: { steps: [${say('a')}] }, b: { steps: [${say('b')}] } } }`;
    write(`  - id: each\n    forEach: "['x', 'y']"\n    steps:\n      - ${way}\n`);
    expect((await run('--answer', 'way[0]=a', '--answer', 'way[1]=b')).code).toBe(0);
    expect(ledger()).toEqual(['a', 'b']);
  });

  it('is waited for by whoever needs the choice in a parallel group', async () => {
    const slow = `{ id: slow, type: shell, script: "sleep 0.5; echo slow >> ledger", cwd: "${here.folder}" }`;
    write(
      `  - id: both\n    parallel: true\n    steps:\n      - { id: way, type: choose, options: { a: { steps: [${slow}] } } }\n      - ${say('then', ', needs: [way]')}\n`,
    );
    expect((await run('--answer', 'way=a')).code).toBe(0);
    expect(ledger()).toEqual(['slow', 'then']);
  });

  it('stays chosen when the engine is killed on it: nobody is asked again', async () => {
    const slow = `{ id: slow, type: shell, script: "echo slow >> ledger; sleep 3", cwd: "${here.folder}", repeatable: true }`;
    write(oneOf(`      a: { steps: [${slow}] }\n      b: {}\n`) + `  - ${say('after')}\n`);
    const running = start(['run', 'one.yaml', '--answer', 'way=a'], { env: here.env, cwd: here.folder });
    await eventually('the way is gone', () => ledger().includes('slow'));
    running.child.kill('SIGKILL');
    await running.finished;
    const resumed = await call('resume', await theRun());
    expect(resumed.code, resumed.stdout + resumed.stderr).toBe(0);
    expect(resumed.stdout).not.toContain('?? way');
    expect(ledger().at(-1)).toBe('after');
  });
});

describe('the question', () => {
  it('offers what is possible now, and says why something is not', async () => {
    write(threeWays());
    const waiting = await run();
    expect(waiting.code).toBe(8);
    const record = JSON.parse((await call('report', await theRun(), '-o', 'json')).stdout) as object;
    expect(JSON.stringify(record)).toContain('way');
    const journal = readFileSync(join(here.folder, 'state', 'runs', await theRun(), 'journal.jsonl'), 'utf8');
    const opened = journal.split('\n').find((line) => line.includes('"question.opened"')) ?? '{}';
    expect(JSON.parse(opened)).toMatchObject({
      options: ['restart', 'nothing'],
      show: {
        suggested: 'restart',
        about: ['restart: Restart it', 'scale (not possible now: inputs.load > 10 does not hold)', 'suggested: restart'],
      },
    });
  });

  it('takes no answer that it does not offer now', async () => {
    write(threeWays());
    const { code, stdout } = await run('--answer', 'way=scale');
    expect(code).toBe(8);
    expect(stdout).toContain('options: restart, nothing');
    expect(ledger()).toEqual([]);
  });

  it('never offers a misspelt option, so an answer of that name is refused before the run', async () => {
    write(threeWays());
    const { code, stderr } = await run('--answer', 'way=restrat');
    expect(code).toBe(2);
    expect(stderr).toContain('unknown answer "restrat"; options: restart, scale, nothing');
  });

  it('fails the step where nothing can be chosen', async () => {
    write(oneOf('      a: { when: inputs.load > 10 }\n'));
    const { code, stdout } = await run('--answer', 'way=a');
    expect(code).not.toBe(0);
    expect(stdout).toContain('nothing can be chosen now: a (not possible now: inputs.load > 10 does not hold)');
  });

  it('takes its options from a list or from the keys of a map; a suggestion that cannot be made stops nothing', async () => {
    write(
      `  - { id: list, type: choose, from: "['a', 'b']", suggest: "['a', 'b'].filter(x, x == 'b')" }\n` +
        `  - { id: map, type: choose, from: "{'c': 1, 'd': 2}", suggest: "'e'" }\n`,
    );
    const { code, stdout } = await run('--answer', 'list=a', '--answer', 'map=d');
    expect(code, stdout).toBe(0);
    expect(stdout).toContain('?? list: list [a/b] (suggested: b)\n');
    expect(stdout).toContain('?? map: map [c/d] (no suggestion: the readings speak for e, which cannot be chosen now)\n');
  });

  it('an option may be called no', async () => {
    write(oneOf(`      "yes": {}\n      "no": { steps: [${say('refused')}] }\n`));
    expect((await run('--answer', 'way=no')).code).toBe(0);
    expect(ledger()).toEqual(['refused']);
  });

  it('is skipped with its ways when its own `when` does not hold', async () => {
    write(oneOf(`      a: { steps: [${say('a')}] }\n`, '    when: inputs.load > 10\n') + `  - ${say('after')}\n`);
    expect((await run()).code).toBe(0);
    expect(ledger()).toEqual(['after']);
  });
});

describe('lint', () => {
  const codes = async (): Promise<readonly (readonly [string, number])[]> => {
    const { stdout } = await call('lint', 'one.yaml', '-o', 'json');
    const { findings } = JSON.parse(stdout) as { readonly findings: readonly { readonly code: string; readonly line: number }[] };
    return findings.map(({ code, line }) => [code, line] as const);
  };
  it('knows that a step inside an option may not have run, and what guards a reading of it', async () => {
    const inside = oneOf('      a: { steps: [{ id: look, type: shell, argv: [date] }] }\n      b: {}\n');
    const read = (when: string): string => `  - { id: tell, type: shell, argv: [echo, "{{steps.look.value}}"]${when} }\n`;
    write(inside + read(''));
    expect(await codes()).toEqual([['expression/may-be-skipped', 12]]);
    for (const when of [', when: steps.look.ok', `, when: "steps.way.value == 'a'"`]) {
      write(inside + read(when));
      expect(await codes()).toEqual([]);
    }
  });

  it('checks conditions, texts and steps of options like any other, at their places', async () => {
    write(
      oneOf(
        '      a: { when: inputs.lod > 1 }\n      b: { title: "{{inputs.nobody}}" }\n      c: { steps: [{ id: x, type: shel }] }\n      d: { stepz: [] }\n      e: { when: inputs.load }\n',
      ),
    );
    expect(await codes()).toEqual([
      ['expression/unknown-field', 10],
      ['template/unknown-name', 11],
      ['step/unknown-type', 12],
      ['key/unknown', 13],
      ['expression/not-boolean', 14],
    ]);
  });
});
