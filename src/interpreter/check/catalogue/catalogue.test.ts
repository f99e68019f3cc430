/** Each documented code is found by its failing example, alone and at its place, and not by its mended one; no code is without a document. */
import { readdirSync, readFileSync, existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { registry } from '../../../steps/index.ts';
import { loadRunbook } from '../../document/load.ts';
import type { Diagnostic } from '../../document/diagnostic.ts';
import { docsOf } from '../../document/diagnostic.ts';
import { readConfig } from '../../config/read.ts';
import type { Position } from '../../port/step-type.ts';
import { check } from '../check.ts';
import { claimsOf, crossedLocks, unsharedLocks } from '../rules/shared-locks.ts';
import type { LintRule } from '../../port/lint-rule.ts';
import { documentOf } from './whole.ts';

const src = resolve(import.meta.dirname, '../../..');
const files = [
  ...readdirSync(import.meta.dirname)
    .filter((name) => !/^whole\.ts$|\.test\.ts$/.test(name))
    .map((name) => join(import.meta.dirname, name)),
  ...readdirSync(join(src, 'steps')).map((type) => join(src, 'steps', type, 'lint-rules.ts')),
].filter((path) => existsSync(path));
const rules = (
  await Promise.all(files.map(async (path) => ((await import(path)) as { rules: readonly LintRule[] }).rules))
).flat();

/** As `runbook lint` does, with the configuration and beside the other runbook that the rule names. */
async function lint(text: string, { beside, machine }: LintRule, config?: string): Promise<readonly Diagnostic[]> {
  const { runbook, diagnostics } = loadRunbook(text, 'example.yaml');
  if (runbook === undefined) return diagnostics;
  const others = (beside === undefined ? [] : [beside].flat()).map(
    (one, index) => loadRunbook(documentOf(one), `beside-${String(index)}.yaml`).runbook,
  );
  const configured = {
    ...(config === undefined ? {} : { config: readConfig(config, 'runbook.config.yaml').config }),
    rehearsed: () => undefined,
    ...(machine === undefined ? {} : { machine }),
    find: (id: string) => [...others, runbook].find((one) => one?.id === id),
  };
  const claims = [...others, runbook].flatMap((one) => (one && claimsOf(one.data, one.file, registry, configured.find)) ?? []);
  const places = (file: string, pointer: string): Position =>
    [...others, runbook].find((one) => one?.file === file)?.at(pointer) ?? runbook.at('');
  return [
    ...diagnostics,
    ...(await check(runbook, registry, configured)),
    ...unsharedLocks(claims, places),
    ...crossedLocks(claims, places),
  ];
}
const offsetOf = (text: string, line: number, column: number): number =>
  text
    .split('\n')
    .slice(0, line - 1)
    .join('\n').length +
  (line > 1 ? 1 : 0) +
  column -
  1;

describe.each(rules)('$code', (rule) => {
  it('is found in the failing example, alone and at its place', async () => {
    const text = documentOf(rule.bad);
    const findings = await lint(text, rule, rule.config?.bad);
    expect(
      findings.map(({ code, severity }) => ({ code, severity })),
      JSON.stringify(findings),
    ).toEqual([{ code: rule.code, severity: rule.severity ?? 'error' }]);
    const [found] = findings;
    if (found !== undefined && rule.at !== '') expect(offsetOf(text, found.line, found.column)).toBe(text.indexOf(rule.at));
  });

  it('is not found in the mended example, nor is anything else', async () => {
    expect(await lint(documentOf(rule.good), rule, rule.config?.good)).toEqual([]);
  });

  it('has a heading where its findings point', () => {
    const [page = '', anchor] = docsOf(rule.code).split('#');
    const headings = readFileSync(join(src, '..', page), 'utf8').match(/(?<=^## ).*/gm) ?? [];
    expect(headings.map(anchorOf)).toContain(anchor);
  });
});

/** As GitHub and GitLab make it: small letters, words joined by hyphens, punctuation left out. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-');

it('every code in the source has a document, and every document a code', () => {
  const texts = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter(
      (name) =>
        /^(interpreter\/(document|check|language)|interpreter\/check\/rules|steps\/[^/]+)\/[a-z-]+\.ts$/.test(name) &&
        !/test|lint-rules/.test(name),
    )
    .map((name) => [name, readFileSync(join(src, name), 'utf8')] as const);
  const emitted = new Set<string>();
  for (const [name, text] of texts) {
    for (const [, code = ''] of text.matchAll(
      /'((?:yaml|key|value|name|order|target|effect|undo|wait|expression|template|step|secret|approve|validation|lock|lint)\/[a-z-]+)'/g,
    ))
      emitted.add(code);
    const type = /^steps\/([^/]+)\//.exec(name)?.[1];
    if (type !== undefined)
      for (const [, code = ''] of text.matchAll(/'([a-z-]+\/[a-z-]+)'/g)) if (code.startsWith(`${type}/`)) emitted.add(code);
    if (name.endsWith('language/cel/checker.ts'))
      for (const [, code = ''] of text.matchAll(/report\(\s*[a-z]+,\s*[A-Za-z.[\]0-9]+,\s*'([a-z-]+)'/g))
        emitted.add(`expression/${code}`);
  }
  expect([...emitted].filter((code) => !rules.some((rule) => rule.code === code)).sort()).toEqual([]);
  expect(new Set(rules.map((rule) => rule.code)).size).toBe(rules.length);
});
