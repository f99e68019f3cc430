/** `lint` of many files uses several threads; nobody can tell from what it says. */
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Place } from '../rig/cli.ts';
import { place, runbook } from '../rig/cli.ts';

let here: Place;
const count = 520;
beforeEach(() => {
  here = place();
  mkdirSync(join(here.folder, 'books'));
  for (let i = 0; i < count; i += 1) writeFileSync(join(here.folder, name(i)), book(i));
});
afterEach(() => {
  here.remove();
});
const name = (i: number): string => `books/book-${String(i).padStart(4, '0')}.yaml`;
const wrong = (i: number): boolean => i % 7 === 3;
const book = (i: number): string =>
  `apiVersion: runbook/v1\nid: book-${String(i)}\ntitle: One\nowners: [tests]\nsteps:\n  - { id: one, type: shell, argv: ["true"]${wrong(i) ? ', foo: 1' : ''} }\n`;
const lint = (...args: readonly string[]) => runbook(['lint', ...args], { cwd: here.folder, env: here.env });

interface Said {
  readonly files: number;
  readonly findings: readonly { readonly file: string; readonly code: string }[];
}

it('finds in many files what it finds in each of them, in the order of the files', async () => {
  const together = await lint('books', '-o', 'json');
  expect(together.code).toBe(3);
  const { files, findings } = JSON.parse(together.stdout) as Said;
  expect(files).toBe(count);
  expect(findings.map(({ file }) => file)).toEqual(
    Array.from({ length: count }, (_, i) => i)
      .filter(wrong)
      .map(name),
  );
  const few = Array.from({ length: 20 }, (_, i) => name(i));
  const apart = JSON.parse((await lint(...few, '-o', 'json')).stdout) as Said;
  expect(apart.findings).toEqual(findings.filter(({ file }) => few.includes(file)));
});

it('shows the source line of each finding', async () => {
  const { stdout, stderr } = await lint('books');
  expect(stdout.match(/argv: \["true"\], foo: 1 \}\n/g)?.length).toBe(
    Array.from({ length: count }, (_, i) => i).filter(wrong).length,
  );
  expect(stderr).toContain(`${String(count)} files, 74 errors`);
});

it('checks the targets of a configuration in every thread', async () => {
  for (let i = 0; i < count; i += 1)
    writeFileSync(join(here.folder, name(i)), book(1).replace('steps:', 'targets: { cache: redis }\nsteps:'));
  writeFileSync(join(here.folder, 'config.yaml'), 'environments:\n  local:\n    targets: {}\n');
  const { findings } = JSON.parse((await lint('books', '--config', 'config.yaml', '-o', 'json')).stdout) as Said;
  expect(findings.length).toBe(count);
  expect(new Set(findings.map(({ code }) => code))).toEqual(new Set(['target/unbound']));
});

it('a file that cannot be read is said as for a single file', async () => {
  const path = join(here.folder, name(200));
  rmSync(path);
  symlinkSync('gone', path);
  const few = await lint(name(200), name(1));
  const all = await lint(...Array.from({ length: count }, (_, i) => name(i)));
  expect({ code: all.code, stderr: all.stderr }).toEqual({ code: few.code, stderr: few.stderr });
  expect(all.code).not.toBe(0);
});

it('the word that starts a helper is not a verb', async () => {
  expect(await runbook(['lintpart'], { cwd: here.folder, env: here.env })).toMatchObject({ code: 2 });
});

it('looks at no further file once there are errors enough, and says so', async () => {
  const worst = Array.from({ length: 8 }, (_, i) => `  - { id: s${String(i)}, type: shell, argv: ["true"], foo: 1 }`).join('\n');
  for (let i = 0; i < count; i += 1)
    writeFileSync(
      join(here.folder, name(i)),
      `apiVersion: runbook/v1\nid: book-${String(i)}\ntitle: One\nowners: [tests]\nsteps:\n${worst}\n`,
    );
  const few = Array.from({ length: 300 }, (_, i) => name(i));
  for (const args of [['books'], few]) {
    const { code, stdout } = await lint(...args, '-o', 'json');
    const { files, findings } = JSON.parse(stdout) as Said;
    expect(code).toBe(3);
    expect(files).toBeLessThan(args === few ? few.length : count);
    expect(findings).toHaveLength(files * 8 + 1);
    expect(findings.at(-1)).toMatchObject({
      file: name(files),
      code: 'too-many-findings',
      message: expect.stringContaining(' from here on were not looked at') as string,
    });
  }
});
