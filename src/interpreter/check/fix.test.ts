/** Edits that findings carry: the finding is gone afterwards, and all that stood outside the edit stands as it stood. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { registry } from '../../steps/index.ts';
import type { Diagnostic } from '../document/diagnostic.ts';
import { applyFixes } from '../document/fix.ts';
import { loadRunbook } from '../document/load.ts';
import type { LintRule } from '../port/lint-rule.ts';
import { check } from './check.ts';
import { documentOf } from './catalogue/whole.ts';

async function lint(text: string): Promise<readonly Diagnostic[]> {
  const { runbook, diagnostics } = loadRunbook(text, 'example.yaml');
  return runbook === undefined ? diagnostics : [...diagnostics, ...(await check(runbook, registry))];
}
async function mend(text: string): Promise<string> {
  for (let at = text, round = 0; ; round += 1) {
    const fixes = (await lint(at)).flatMap(({ fix }) => (fix === undefined ? [] : [fix]));
    if (fixes.length === 0) return at;
    expect(round).toBeLessThan(10);
    at = applyFixes(at, fixes).text;
  }
}
const head = '# yaml\napiVersion: runbook/v1\nid: example\ntitle: Example\nowners: [team]\n';

describe('one right answer', () => {
  it.each([
    ['a misspelt key', 'steps:\n  - { id: a, type: shell, argv: ["true"], timout: 5s } # why', 'timout', 'timeout'],
    ['a misspelt key in quotes', 'steps:\n  - { id: a, type: shell, argv: ["true"], "timout": 5s }', '"timout"', '"timeout"'],
    ['a misspelt section', 'stesp:\n  - { id: a, type: shell, argv: ["true"] }', 'stesp', 'steps'],
    ['a misspelt type', 'steps:\n  - { id: a, type: shel, argv: ["true"] }', 'shel,', 'shell,'],
    ['a misspelt key instead of type', 'steps:\n  - { id: a, tpye: shell, argv: ["true"] }', 'tpye', 'type'],
    ['another case', 'steps:\n  - { id: a, type: shell, argv: ["true"], on_failure: abort }', 'on_failure', 'onFailure'],
    [
      'a misspelt key below a key',
      'steps:\n  - { id: a, type: shell, argv: ["true"], retry: { atempts: 3, classes: [exit-code] } }',
      'atempts',
      'attempts',
    ],
    ['a duration', 'steps:\n  - { id: a, type: shell, argv: ["true"], timeout: 1 minute }', '1 minute', '1m'],
    ['a duration in quotes', "steps:\n  - { id: a, type: shell, argv: ['true'], timeout: '90 s' }", "'90 s'", "'1m30s'"],
    [
      'a number in quotes',
      'steps:\n  - { id: a, type: shell, argv: ["true"], retry: { attempts: "3", classes: [exit-code] } }',
      '"3"',
      '3',
    ],
    ['a boolean of YAML 1.1', 'steps:\n  - { id: a, type: shell, argv: ["true"], critical: yes }', 'yes', 'true'],
    ['a bare word that is text', 'summary: off\nsteps:\n  - { id: a, type: shell, argv: ["true"] }', 'off', '"off"'],
    ['a title that is a number', 'summary: 1.10\nsteps:\n  - { id: a, type: shell, argv: ["true"] }', '1.10', '"1.10"'],
    [
      'a condition that is read as a tag',
      'inputs:\n  d: { type: boolean }\nsteps:\n  - { id: a, type: shell, argv: ["true"], when: !inputs.d }',
      '!inputs.d',
      '"!inputs.d"',
    ],
    ['a key that is a number', 'links: { 1: "https://a" }\nsteps:\n  - { id: a, type: shell, argv: ["true"] }', '1: ', '"1": '],
  ])('%s', async (_what, body, wrong, right) => {
    for (const text of [`${head}${body}\n`, `${head}${body}\n`.replaceAll('\n', '\r\n'), `${head}${body}`]) {
      expect((await lint(text)).length).toBeGreaterThan(0);
      const after = await mend(text);
      expect(after).toBe(text.replace(wrong, () => right));
      expect(await lint(after)).toEqual([]);
    }
  });

  it.each([
    ['a name that the author chose', 'steps:\n  - { id: a, type: shell, argv: ["true"], when: steps.b.ok }'],
    ['a target', 'targets: { cacheA: redis }\nsteps:\n  - { id: a, type: redis, target: cacheB, command: [PING] }'],
    ['another version of the language', 'apiVersion: runbook/v2\nsteps:\n  - { id: a, type: shell, argv: ["true"] }'],
    ['two misspellings of one key', 'steps:\n  - { id: a, type: shell, argv: ["true"], timout: 1s, timeuot: 2s }'],
    ['a key that is there already', 'steps:\n  - { id: a, type: shell, argv: ["true"], timeout: 1s, timeuot: 2s }'],
    ['a tag of another tool', 'summary: !Ref name\nsteps:\n  - { id: a, type: shell, argv: ["true"] }'],
    ['a bare number as duration', 'steps:\n  - { id: a, type: shell, argv: ["true"], timeout: 30 }'],
  ])('none for %s', async (_what, body) => {
    const text = `${body.includes('apiVersion') ? head.replace(/apiVersion.*\n/, '') : head}${body}\n`;
    expect((await lint(text)).length).toBeGreaterThan(0);
    expect(await mend(text)).toBe(text);
  });
});

const rules = (
  await Promise.all(
    readdirSync(join(import.meta.dirname, 'catalogue'))
      .filter((name) => !/^whole\.ts$|\.test\.ts$/.test(name))
      .map(
        async (name) => ((await import(join(import.meta.dirname, 'catalogue', name))) as { rules: readonly LintRule[] }).rules,
      ),
  )
).flat();

it('no failing example of the catalogue gets worse by its edits, and a second pass has nothing to do', async () => {
  let mended = 0;
  for (const { bad } of rules) {
    const text = documentOf(bad);
    const after = await mend(text);
    const left = await lint(after);
    expect(left.length).toBeLessThanOrEqual((await lint(text)).length);
    expect(left.filter((one) => one.fix !== undefined)).toEqual([]);
    if (left.length === 0) mended += 1;
  }
  expect(mended).toBeGreaterThanOrEqual(5);
});
