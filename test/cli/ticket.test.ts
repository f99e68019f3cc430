/** The Markdown report as it is pasted into a ticket: the summary first, tables that hold, long values folded. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { place, runbook } from '../rig/cli.ts';

const here = place();
let lines: readonly string[];

const hostile = 'a | b <img src=x> [click](http://a) **bold** `code` @here';
beforeAll(async () => {
  writeFileSync(
    join(here.folder, 'ticket.yaml'),
    `apiVersion: runbook/v1
id: ticket
title: 'Title with | and <b>'
owners: [tests]
evidence:
  - { id: rows, type: shell, argv: [node, -e, "console.log(JSON.stringify(Array.from({ length: 40 }, (_, i) => ({ row: i }))))"], reads: true }
steps:
  - { id: change, title: 'Change | it', type: shell, argv: [touch, changed], undo: none }
  - { id: say, type: shell, argv: [printf, '%s', ${JSON.stringify(hostile)}], reads: true }
  - { id: agree, type: manual, title: 'Look at | it' }
`,
  );
  const options = { env: here.env, cwd: here.folder };
  const ran = await runbook(['run', 'ticket.yaml', '--answer', 'agree=done', '--reason', 'seen | twice', '-o', 'json'], options);
  expect(ran.code, ran.stdout + ran.stderr).toBe(0);
  lines = (await runbook(['report', 'last'], options)).stdout.split('\n');
});
afterAll(() => {
  here.remove();
});

const cells = (line: string): readonly string[] => line.split(/(?<!\\)\|/).slice(1, -1);
const row = (first: string): readonly string[] =>
  cells(lines.find((line) => line.startsWith(`| ${first} `)) ?? '').map((one) => one.trim());

it('begins with the outcome and one sentence about it', () => {
  expect(lines[0]).toBe('# Title with \\| and &lt;b\\>: succeeded');
  expect(lines[2]).toMatch(/^\d steps, 1 change, 1 decision; took [\d.]+m?s\.$/);
});

it('says what changed, who decided what and why, in tables that hold', () => {
  expect(row('change')).toEqual(['change', 'Change \\| it', 'yes', '`touch changed`', '']);
  expect(lines.find((line) => line.includes('**done**'))).toMatch(/\| \*\*done\*\* \| Look at \\\| it \| seen \\\| twice \|$/);
  const widths = new Set<string>();
  lines.forEach((line, index) => {
    if (!/^\|(---\|)+$/.test(line)) return;
    const own = cells(line).length;
    for (let at = index - 1; lines[at]?.startsWith('|') === true || at < index + 1; at += 1) {
      if (lines[at]?.startsWith('|') !== true) break;
      if (cells(lines[at] ?? '').length !== own) widths.add(lines[at] ?? '');
    }
  });
  expect([...widths]).toEqual([]);
});

it('keeps text of others text', () => {
  expect(row('say').at(-1)).toBe('a \\| b &lt;img src=x\\> \\[click\\](http://a) \\*\\*bold\\*\\* \\`code\\` @<!-- -->here');
});

it('folds long values and the timeline, and shows the beginning of each value', () => {
  const text = lines.join('\n');
  expect(row('rows')[1]).toMatch(/…`$/);
  expect(text).toMatch(/<details><summary>rows before<\/summary>\n\n```\n/);
  expect(text).toMatch(/## Timeline\n\n<details><summary>\d+ entries<\/summary>\n\n\* \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \*\*/);
  expect(text.match(/<details>/g)?.length).toBe(text.match(/<\/details>/g)?.length);
});
