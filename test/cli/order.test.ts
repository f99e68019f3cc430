/** What runs at once and what runs in order, forwards and when it is taken back. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Place } from '../rig/cli.ts';
import { place, runbook } from '../rig/cli.ts';

let here: Place;
beforeEach(() => {
  here = place();
});
afterEach(() => {
  here.remove();
});

const write = (body: string): string => {
  const path = join(here.folder, 'small.yaml');
  writeFileSync(path, `apiVersion: runbook/v1\nid: small\ntitle: Small\nowners: [tests]\n${body}`);
  return path;
};
const call = (...args: readonly string[]) => runbook(args, { env: here.env, cwd: here.folder });
const ledger = (): readonly string[] => {
  const path = join(here.folder, 'ledger');
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
};
const says = (word: string): string => `{ type: shell, argv: [sh, -c, 'echo "$1" >> ledger', x, "${word}"] }`;
/** Ends only when all of `others` have begun: a step that waits for who should run beside it. */
const meets = (id: string, word: string, others: string): string =>
  `{ id: ${id}, type: shell, argv: [sh, -c, 'echo "$1" >> ledger; until [ "$(grep -c "$2" ledger)" = 2 ]; do sleep 0.05; done', x, "${word}", "${others}"], timeout: 10s, undo: none }`;

describe('parallel', () => {
  it('with forEach on a group: the items at once, the steps of each in order', async () => {
    const steps = `${meets('one', 'one {{item}}', '^one')}, { id: two, ${says('two {{item}}').slice(2, -2)}, undo: none }`;
    const path = write(`steps:\n  - { id: all, forEach: "['a', 'b']", parallel: true, steps: [${steps}] }\n`);
    expect((await call('run', path)).code).toBe(0);
    for (const item of ['a', 'b']) expect(ledger().indexOf(`two ${item}`)).toBeGreaterThan(ledger().indexOf(`one ${item}`));
  });

  it('without forEach on a group: its steps at once', async () => {
    const path = write(
      `steps:\n  - { id: all, parallel: true, steps: [${meets('one', 'one', '^[ot]')}, ${meets('two', 'two', '^[ot]')}] }\n`,
    );
    expect((await call('run', path)).code).toBe(0);
  });

  it('lint finds who reads what runs beside it, and says what to add', async () => {
    const steps = (needs: string): string =>
      `steps:\n  - id: both\n    parallel: true\n    steps:\n      - { id: one, type: shell, argv: [echo, a] }\n      - { id: two, type: check, expect: "steps.one.value == 'a'"${needs} }\n      - { id: three, type: shell, argv: [echo, "{{steps.one.value}}"]${needs} }\n`;
    const { stdout } = await call('lint', write(steps('')));
    expect(stdout.match(/runs beside this one \(line 9\): add `needs: \[one\]`/g)).toHaveLength(2);
    expect((await call('lint', write(steps(', needs: [one]')))).code).toBe(0);
  });
});

describe('undo', () => {
  const edit = (undo: string): string =>
    `  - { id: config, type: file, edit: app.yaml, set: { host: new }, undo: ${undo} }\n  - { id: restart, type: shell, argv: [cp, app.yaml, running.yaml], undo: none }\n  - { id: bad, type: check, expect: "1 == 2", onFailure: undo }\n`;
  const running = (): string => readFileSync(join(here.folder, 'running.yaml'), 'utf8');

  it('puts the file back and then restarts, where the list says so', async () => {
    writeFileSync(join(here.folder, 'app.yaml'), 'host: old # primary\n');
    const { code } = await call(
      'run',
      write(`steps:\n${edit('[restore, { type: shell, argv: [cp, app.yaml, running.yaml] }]')}`),
    );
    expect({ code, running: running() }).toEqual({ code: 6, running: 'host: old # primary\n' });
  });

  it('leaves what somebody else has changed since, and says so', async () => {
    writeFileSync(join(here.folder, 'app.yaml'), 'host: old\n');
    const meddle = `  - { id: other, type: shell, argv: [sh, -c, 'echo "host: theirs" > app.yaml'], undo: none }\n`;
    const body = `steps:\n${edit('[restore]').replace('  - { id: bad', `${meddle}  - { id: bad`)}`;
    const { code, stdout } = await call('run', write(body));
    expect({ code, file: readFileSync(join(here.folder, 'app.yaml'), 'utf8') }).toEqual({ code: 7, file: 'host: theirs\n' });
    expect(stdout).toContain('config~undo0');
  });

  it('knows the item of its own step', async () => {
    const step = `  - { id: one, forEach: "['a', 'b']", ${says('do {{item}}').slice(2, -2)}, undo: ${says('undo {{item}}')} }\n`;
    const path = write(`steps:\n${step}  - { id: bad, type: check, expect: "1 == 2", onFailure: undo }\n`);
    expect((await call('run', path)).code).toBe(6);
    expect(ledger()).toEqual(['do a', 'do b', 'undo b', 'undo a']);
  });

  it('that a step type cannot perform is refused in a list too', async () => {
    const { code, stdout } = await call(
      'lint',
      write(`steps:\n  - { id: one, type: shell, argv: [touch, a], undo: [restore] }\n`),
    );
    expect(code).not.toBe(0);
    expect(stdout).toContain('shell cannot capture what it changes here');
  });
});
