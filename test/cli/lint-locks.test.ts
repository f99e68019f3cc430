/** Runbooks that change the same thing share a lock, or `lint` says so; whatever else is linted, and on however many threads. */
import { writeFileSync } from 'node:fs';
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

const book = (id: string, step: string, more = ''): void => {
  const targets = '{ flags: flag, other: flag, broker: kafka, cache: redis, host: ssh }';
  const head = `apiVersion: runbook/v1\nid: ${id}\ntitle: One\nowners: [tests]\ntargets: ${targets}\n${more}`;
  writeFileSync(
    join(here.folder, `${id}.yaml`),
    `${head}inputs: { name: { type: string, default: a } }\nsteps:\n  - { id: one, ${step} }\n`,
  );
};
const lint = (...args: readonly string[]) => runbook(['lint', ...args], { cwd: here.folder, env: here.env });

interface Finding {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}
const findings = async (...args: readonly string[]): Promise<readonly Finding[]> =>
  (JSON.parse((await lint(...args, '-o', 'json')).stdout) as { readonly findings: readonly Finding[] }).findings;
const flag = (name: string, target = 'flags'): string => `type: flag, target: ${target}, flag: ${name}, set: false`;

describe('two runbooks that change the same', () => {
  it('without a common lock: the later one is told, with the place in the other and what to write', async () => {
    book('a', flag('deltas'), 'lock: gateway\n');
    book('b', flag('deltas'));
    const [found, ...rest] = await findings('.');
    expect(rest).toEqual([]);
    expect(found).toMatchObject({
      file: 'b.yaml',
      line: 8,
      column: 49,
      code: 'lock/not-shared',
      hint: 'write `lock: gateway` in both',
    });
    expect(found?.message).toBe('"a" changes the flag "deltas" too (a.yaml:9:49), and may run at the same time');
    expect((await lint('.')).code).toBe(0);
  });

  it.each([
    ['share a lock', flag('deltas'), 'lock: gateway\n', flag('deltas'), 'lock: gateway\n'],
    ['change it at different targets', flag('deltas'), '', flag('deltas', 'other'), ''],
    ['change different things', flag('deltas'), '', flag('snapshots'), ''],
    ['only read it in one of them', flag('deltas'), '', 'type: flag, target: flags, flag: deltas', ''],
    ['name it by a template', flag('"{{inputs.name}}"'), '', flag('"{{inputs.name}}"'), ''],
    ['lock by a template', flag('deltas'), 'lock: "gateway-{{inputs.name}}"\n', flag('deltas'), ''],
    [
      'write settings into files of their own folder',
      'type: file, edit: /etc/a.yaml, set: { a: 1 }',
      '',
      'type: file, edit: a.yaml, set: { a: 1 }',
      '',
    ],
  ])('or not: they %s', async (_what, one, oneLock, other, otherLock) => {
    book('a', one, oneLock);
    book('b', other, otherLock);
    expect(await findings('.')).toEqual([]);
  });

  it.each([
    [
      'consumer group',
      'type: kafka, resetOffsets: { group: settlement, topic: trades, to: latest }',
      'the consumer group "settlement"',
    ],
    ['topic', 'type: kafka, deleteTopic: { topic: trades }', 'the topic "trades"'],
    ['key', 'type: redis, command: [DEL, lock:orders]', 'the key "lock:orders"'],
    ['file', 'type: file, edit: /etc/web.yaml, set: { workers: 4 }', 'the file "/etc/web.yaml"'],
    ['file of their folder', 'type: file, edit: web.yaml, set: { workers: 4 }', 'the file "web.yaml"'],
    ['file over there', 'type: file, target: host, edit: web.yaml, set: { workers: 4 }', 'the file "web.yaml"'],
  ])('a %s', async (_what, step, thing) => {
    book('a', step);
    book('b', step);
    const found = await findings('.');
    expect(found.map(({ file, code }) => [file, code])).toEqual([['b.yaml', 'lock/not-shared']]);
    expect(found[0]?.message).toContain(thing);
  });
});

it('is said once for each pair, in the order of the files', async () => {
  for (const id of ['c', 'a', 'b']) book(id, flag('deltas'));
  expect((await findings('.')).map(({ file, message }) => [file, message.slice(0, 3)])).toEqual([
    ['b.yaml', '"a"'],
    ['c.yaml', '"a"'],
    ['c.yaml', '"b"'],
  ]);
});

it('is not said of one runbook alone, nor of one that is wrong in itself', async () => {
  book('a', flag('deltas'));
  expect(await findings('a.yaml')).toEqual([]);
  book('b', `${flag('deltas')}, foo: 1`);
  expect((await findings('.')).map(({ code }) => code)).toEqual(['key/unknown']);
});

it('is suppressed by a comment with a reason, which is never unused: the other runbook may not be linted', async () => {
  book('a', flag('deltas'));
  book('b', flag('deltas'), '# runbook-lint-disable-next-line lock/not-shared: wrong line\n');
  const text = (reason: string): string =>
    `apiVersion: runbook/v1\nid: b\ntitle: One\nowners: [tests]\ntargets: { flags: flag }\nsteps:\n  # runbook-lint-disable-next-line lock/not-shared${reason}\n  - { id: one, ${flag('deltas')} }\n`;
  expect((await findings('.')).map(({ code }) => code)).toEqual(['lock/not-shared']);
  writeFileSync(join(here.folder, 'b.yaml'), text(': both only switch it off'));
  expect(await findings('.')).toEqual([]);
  expect(await findings('b.yaml')).toEqual([]);
  writeFileSync(join(here.folder, 'b.yaml'), text(''));
  expect((await findings('.')).map(({ code }) => code)).toEqual(['lint/suppression-without-reason']);
});

it('is said alike by several threads', async () => {
  for (let i = 0; i < 520; i += 1) book(`book-${String(i).padStart(3, '0')}`, flag(`flag-${String(i)}`));
  book('book-519', flag('flag-3'));
  book('book-130', flag('flag-3'));
  expect((await findings('.')).map(({ file, message }) => [file, message.slice(0, 10)])).toEqual([
    ['book-130.yaml', '"book-003"'],
    ['book-519.yaml', '"book-003"'],
    ['book-519.yaml', '"book-130"'],
  ]);
});

describe('locks that are taken in the middle', () => {
  const calls = (id: string, lock: string, run: string, more = ', offer: "This too?"'): void => {
    writeFileSync(
      join(here.folder, `${id}.yaml`),
      `apiVersion: runbook/v1\nid: ${id}\ntitle: One\nowners: [tests]\ntargets: { flags: flag }\nlock: ${lock}\nsteps:\n  - { id: one, type: runbook, run: ${run}${more} }\n`,
    );
  };
  beforeEach(() => {
    book('drain', flag('deltas'), 'lock: gateway\n');
    book('purge', flag('trades'), 'lock: queue\n');
  });

  it('in opposite order are told, with the place in the other', async () => {
    calls('gateways', 'gateway', 'purge');
    calls('queues', 'queue', 'drain');
    const [found, ...rest] = await findings('.');
    expect(rest).toEqual([]);
    expect(found).toMatchObject({
      file: 'queues.yaml',
      line: 8,
      code: 'lock/order',
      hint: 'lock both from the start: lock: [queue, gateway]',
    });
    expect(found?.message).toContain('"gateways" does the reverse (gateways.yaml:8:');
  });

  it.each([
    ['from the start in one of them', '[gateway, queue]', ', offer: "This too?"'],
    ['in calls that are certain', 'gateway', ''],
  ])('or not: %s', async (_what, lock, more) => {
    calls('gateways', lock, 'purge', more);
    calls('queues', 'queue', 'drain', more);
    expect(await findings('.')).toEqual([]);
  });
});

it('two calls of one lock at the same time are told, unless the lock says what each changes', async () => {
  const outer = (steps: string): void => {
    writeFileSync(
      join(here.folder, 'outer.yaml'),
      `apiVersion: runbook/v1\nid: outer\ntitle: One\nowners: [tests]\ntargets: { flags: flag, other: flag, broker: kafka, cache: redis, host: ssh }\nsteps:\n${steps}`,
    );
  };
  const one = (id: string, more = ''): string => `      - { id: ${id}, type: runbook, run: drain${more} }\n`;
  book('drain', flag('deltas'), 'lock: gateway\n');
  outer(`  - id: both\n    parallel: true\n    steps:\n${one('a')}${one('b')}`);
  expect((await findings('outer.yaml')).map(({ code, line }) => [code, line])).toEqual([['lock/beside', 11]]);
  outer(`  - id: both\n    parallel: true\n    steps:\n${one('a')}${one('b', ', needs: [a]')}`);
  expect(await findings('outer.yaml')).toEqual([]);
  book('drain', flag('deltas'), 'lock: "gateway-{{inputs.name}}"\n');
  outer(`  - { id: all, forEach: "['a', 'b']", parallel: 2, type: runbook, run: drain, inputs: { name: "{{item}}" } }\n`);
  expect(await findings('outer.yaml')).toEqual([]);
});
