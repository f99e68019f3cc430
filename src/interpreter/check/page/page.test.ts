/** Each key of the language has an example on the page, and each example is linted and planned. */
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { registry } from '../../../steps/index.ts';
import { loadRunbook } from '../../document/load.ts';
import { makePlan } from '../../plan/plan.ts';
import { check } from '../check.ts';
import { commsSchema, inputSchema, stepSchema, topSchema, watchOnly } from '../document-schema.ts';
import { around, ofDocument, ofGuards, ofInputs, ofMessages, ofRoots, ofSteps } from './examples.ts';
import { languagePage } from './page.ts';

const work = 'steps: [{ id: work, type: shell, argv: [uptime] }]\n';

/** The lines of the example take the place of the same keys around it. */
function documentWith(example: string, base: string): string {
  const keys = new Set(example.split('\n').flatMap((line) => /^(\w+):/.exec(line)?.[1] ?? []));
  const kept = base.split('\n').filter((line) => !keys.has(/^(\w+):/.exec(line)?.[1] ?? ''));
  return `${kept.join('\n')}\n${example}\n`;
}

const cases: readonly (readonly [string, string, string])[] = [
  ...Object.entries(ofDocument).map(([key, text]) => ['document', key, documentWith(text, around + work)] as const),
  ...Object.entries(ofInputs).map(
    ([key, text]) => ['input', key, documentWith(`inputs: { some: ${text} }`, around + work)] as const,
  ),
  ...Object.entries(ofSteps).map(([key, text]) => ['step', key, `${around}steps:\n  - ${text}\n`] as const),
  ...Object.entries(ofGuards).map(([key, text]) => ['guard', key, `${around}${work}watch:\n  - ${text}\n`] as const),
  ...Object.entries(ofMessages).map(([key, text]) => ['message', key, `${around}${work}comms:\n  - ${text}\n`] as const),
  ...Object.entries(ofRoots).map(
    ([root, [, condition]]) =>
      [
        'root',
        root,
        `${around}${work.replace('steps: [', 'steps:\n  - ').replace(']\n', '')}`
          .trimEnd()
          .concat(`\n  - { id: read, type: check, expect: '${condition}' }\n`),
      ] as const,
  ),
];

describe('the page of the language', () => {
  it.each([
    ['document', topSchema, ofDocument],
    ['input', inputSchema, ofInputs],
    ['message', commsSchema, ofMessages],
    ['step', stepSchema, { ...ofSteps, ...ofGuards }],
  ])('has an example for each key of a %s', (_, schema, examples) => {
    expect(Object.keys(examples).sort()).toEqual(Object.keys(schema.properties).sort());
  });

  it.each(cases)('%s %s: its example uses it, lints clean and is planned', async (_, key, text) => {
    const { runbook, diagnostics } = loadRunbook(text, 'example.yaml');
    const findings = runbook === undefined ? diagnostics : [...diagnostics, ...(await check(runbook, registry))];
    expect(
      findings.filter((one) => one.severity === 'error'),
      text,
    ).toEqual([]);
    expect(text).toMatch(new RegExp(`\\b${key}\\b`));
    const environment = { name: 'test', rehearsal: false, timeScale: 1, targets: {}, facts: {} };
    const data = parse(text) as NonNullable<typeof runbook>['data'];
    const made = makePlan({ id: 'example', sha: '', data }, registry, {
      inputs: given(data['inputs']),
      environment,
      bind: false,
    });
    expect(made.ok ? [] : made.problems).toEqual([]);
  });

  it('keeps the table cells whole', () => {
    const rows = languagePage()
      .split('\n')
      .filter((line) => line.startsWith('| `'));
    expect(rows.filter((row) => ![3, 4].includes(row.replaceAll('\\|', '').split('|').length - 2))).toEqual([]);
    expect(watchOnly.size).toBe(Object.keys(ofGuards).length);
  });
});

/** A value for each input that has no default. */
const given = (declared: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(
      (declared ?? {}) as Readonly<Record<string, { type?: string; default?: unknown; enum?: readonly string[] }>>,
    ).flatMap(([name, one]) => (one.default === undefined ? [[name, one.enum?.[0] ?? valueOf(one.type)]] : [])),
  );
const valueOf = (type: string | undefined): string => ({ integer: '3', duration: '1m', list: 'a,b' })[type ?? ''] ?? 'kafka-1';
