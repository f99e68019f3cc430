/** Templates and conditions that belong to no step are checked as those of steps are, at their places. */
import { expect, it } from 'vitest';
import { registry } from '../../steps/index.ts';
import { loadRunbook } from '../document/load.ts';
import { check } from './check.ts';

const steps = [
  '  - { id: one, type: shell, argv: [ls], reads: true, value: "int(result.stdout.trim())" }',
  '  - { id: maybe, type: shell, when: steps.one.value > 1, argv: [ls], undo: none }',
].join('\n');
const head = 'apiVersion: runbook/v1\nid: example\nowners: [team]\ninputs: { host: { type: string } }\n';

async function found(body: string): Promise<readonly string[]> {
  const title = body.startsWith('title:') ? '' : 'title: Example\n';
  const { runbook, diagnostics } = loadRunbook(`${head}${body}\n${title}steps:\n${steps}\n`, 'example.yaml');
  const all = runbook === undefined ? diagnostics : [...diagnostics, ...(await check(runbook, registry))];
  return all.map(({ code, line, column }) => `${String(line)}:${String(column)} ${code}`);
}

it.each([
  ['title: "Repair {{inputs.host}}"', ['5:16 template/forbidden']],
  ['summary: "{{inputs.host}} is ill"', ['5:11 template/forbidden']],
  ['impact: "{{ inputs.host }}"', ['5:10 template/forbidden']],
  ['summary: "docker ps --format {{.Names}}"', []],
  ['lock: "disk/{{inputs.host}}"', []],
  ['lock: "disk/{{inputs.hots}}"', ['5:15 template/unknown-name']],
  ['lock: "disk/{{steps.one.value}}"', ['5:15 template/unknown-name']],
  ['lock: "disk/{{secrets.token}}"', ['5:15 template/secret']],
  ['links: { a: "http://a.example/{{inputs.host}}" }', []],
  ['links: { a: "http://a.example/{{inputs.hots}}" }', ['5:33 template/unknown-name']],
  ['links: { a: "http://a.example/{{inputs.host" }', ['5:31 template/syntax']],
  ['severity: "{{#if inputs.host}}SEV1{{else}}SEV2{{/if}}"', []],
  ['severity: "{{#if inputs.hots}}SEV1{{else}}SEV2{{/if}}"', ['5:18 template/unknown-name']],
  ['triggers: [{ alert: X, inputs: { host: "{{alert.labels.instance}}" } }]', []],
  ['triggers: [{ alert: X, inputs: { hots: "{{alert.labels.instance}}" } }]', ['5:34 name/unknown-input']],
  ['triggers: [{ alert: X, inputs: { host: "{{labels.instance}}" } }]', ['5:43 template/unknown-name']],
  ['outputs: { a: steps.one.value + 1, b: inputs.host }', []],
  ['outputs: { a: steps.oen.value }', ['5:21 expression/unknown-field']],
  ['outputs: { a: steps.one.value == "1" }', ['5:15 expression/type-mismatch']],
  ['outputs: { a: "steps.one.value +" }', ['5:32 expression/expression-syntax']],
  ['outputs: { a: "{{steps.one.value}}" }', ['5:16 expression/template']],
  ['outputs: { a: steps.maybe.value }', ['5:15 expression/may-be-skipped']],
  ['outputs: { a: "steps.maybe.ok ? steps.maybe.value : \'none\'" }', []],
])('%s', async (body, expected) => {
  const warnings = ['validation/none', 'undo/missing'];
  expect((await found(body)).filter((one) => !warnings.some((code) => one.endsWith(code)))).toEqual(expected);
});
