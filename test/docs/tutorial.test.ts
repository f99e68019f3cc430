/** The tutorial, as a reader follows it: each file is saved, each command is run, and what stands below a command is printed by it. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Place } from '../rig/cli.ts';
import { place, program, root } from '../rig/cli.ts';

const text = readFileSync(join(root, 'docs/tutorial.md'), 'utf8');
const file = /Save this as `([^`]+)`:\n\n(`{3,})\w*\n([\s\S]*?)\n\2\n/g;
const session = /```console\n([\s\S]*?)```/g;

/** Files and sessions in the order of the page. */
const parts = [
  ...[...text.matchAll(file)].map(([, name = '', , content = ''], index) => ({ index, name, content })),
  ...[...text.matchAll(session)].map(([, content = ''], index) => ({ index, name: undefined, content })),
];
const placed = parts.map((part) => ({ ...part, at: text.indexOf(part.name === undefined ? part.content : `Save this as \`${part.name}\``) }));
const steps = placed.sort((one, other) => one.at - other.at).flatMap(stepsOf);

interface Step {
  readonly title: string;
  readonly save?: { readonly name: string; readonly content: string };
  readonly command?: string;
  readonly prints: readonly string[];
}

function stepsOf({ name, content }: { readonly name: string | undefined; readonly content: string }): readonly Step[] {
  if (name !== undefined) return [{ title: `saves ${name}`, save: { name, content: `${content}\n` }, prints: [] }];
  const found: Step[] = [];
  for (const line of content.trimEnd().split('\n')) {
    const last = found.at(-1);
    if (line.startsWith('$ ')) found.push({ title: line, command: line.slice(2), prints: [] });
    else if (last !== undefined) found[found.length - 1] = { ...last, prints: [...last.prints, line] };
  }
  return found;
}

let here: Place;
let folder: string;
beforeAll(() => {
  here = place();
  folder = join(here.folder, 'work');
  mkdirSync(folder);
  writeFileSync(join(here.folder, 'runbook'), `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`);
  chmodSync(join(here.folder, 'runbook'), 0o755);
});
afterAll(() => {
  here.remove();
});

it('saves five files and runs ten commands', () => {
  expect(steps.filter(({ save }) => save !== undefined)).toHaveLength(5);
  expect(steps.filter(({ command }) => command !== undefined)).toHaveLength(10);
});

it.each(steps)('$title', ({ save, command, prints }) => {
  if (save !== undefined) writeFileSync(join(folder, save.name), save.content);
  if (command === undefined) return;
  const env = { ...process.env, ...here.env, PATH: `${here.folder}:${process.env['PATH'] ?? ''}` };
  const { status, stdout, stderr } = spawnSync('sh', ['-c', command], { cwd: folder, env, encoding: 'utf8' });
  expect(status, stdout + stderr).toBe(Number(/# exit (\d+)/.exec(command)?.[1] ?? 0));
  for (const line of prints) expect(stdout + stderr).toContain(line);
}, 120_000);
