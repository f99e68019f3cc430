/** Snippets as an editor inserts them: a whole runbook that lints clean, and for each step type the step of its example, word for word. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { check } from '../../src/interpreter/check/check.ts';
import { loadRunbook } from '../../src/interpreter/document/load.ts';
import { registry } from '../../src/steps/index.ts';
import { root } from '../rig/cli.ts';

interface Snippet {
  readonly prefix: string;
  readonly scope: string;
  readonly description: string;
  readonly body: readonly string[];
}
const snippets = JSON.parse(readFileSync(join(root, 'editors/runbook.code-snippets'), 'utf8')) as Readonly<
  Record<string, Snippet>
>;

/** Each stop keeps what it proposes; a choice takes its first word. */
const inserted = ({ body }: Snippet): string =>
  body
    .join('\n')
    .replaceAll(/(?<!\\)\$\{\d+\|([^,|]*)[^|]*\|\}/g, '$1')
    .replaceAll(/(?<!\\)\$\{\d+:([^}]*)\}/g, '$1')
    .replaceAll(/(?<!\\)\$\d+/g, '')
    .replaceAll(/\\([\\$}])/g, '$1');

it('there is one for a whole runbook, which lints clean', async () => {
  const whole = snippets['runbook'];
  expect(whole?.prefix).toBe('runbook');
  const { runbook, diagnostics } = loadRunbook(whole === undefined ? '' : inserted(whole), 'new.yaml');
  expect(diagnostics).toEqual([]);
  expect(runbook === undefined ? undefined : await check(runbook, registry)).toEqual([]);
});

const documents = (type: string): readonly unknown[] => {
  const folder = join(root, 'src/steps', type, 'examples');
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((name) => parse(readFileSync(join(folder, name), 'utf8')) as unknown);
};

/** Every list item below a document. */
function items(json: unknown): readonly unknown[] {
  if (Array.isArray(json)) return json.flatMap((one: unknown) => [one, ...items(one)]);
  return json !== null && typeof json === 'object' ? Object.values(json).flatMap(items) : [];
}

describe.each(registry.names())('%s', (type) => {
  it('has a snippet that is a step of its example', () => {
    const snippet = snippets[`step: ${type}`];
    expect(snippet).toMatchObject({ prefix: `step-${type}`, scope: 'yaml' });
    const [step] = parse(snippet === undefined ? '[]' : inserted(snippet)) as readonly unknown[];
    expect(step).toMatchObject({ type });
    expect(documents(type).flatMap(items)).toContainEqual(step);
    expect(snippet?.body.join('\n')).toMatch(/id: \$\{1:/);
  });
});
