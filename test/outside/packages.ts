/** Packages and configurations for tests of step types from outside. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../../src/interpreter/core/model/value.ts';
import { readPackageFiles } from '../../src/interpreter/packages/package-files.ts';

export const beanstalk = join(import.meta.dirname, 'runbook-step-beanstalk');

/** A copy that a test may change. */
export function copyOf(folder: string, to: string): string {
  cpSync(folder, to, { recursive: true });
  return to;
}

export interface Named {
  readonly type: string;
  readonly folder: string;
  /** Absent: what the folder's content is now. */
  readonly hash?: string;
}

/** A configuration with these packages, and this text under the only environment. Returns its path. */
export function configure(place: string, named: readonly Named[], environment = 'targets: {}'): string {
  const path = join(place, 'runbook.config.yaml');
  const entries = named.map(
    ({ type, folder, hash }) =>
      `  ${type}: { package: ${JSON.stringify(folder)}, hash: "${hash ?? readPackageFiles(folder).hash}" }\n`,
  );
  writeFileSync(path, `environments:\n  lab: { ${environment} }\nstepTypes:\n${entries.join('')}`);
  return path;
}

/** A step type `odd` that does what `run` (the body of a function of `params`, `context`) says; it has no target and returns anything. `more`: keys of its manifest. */
export function oddPackage(folder: string, run: string, head = '', more: Readonly<Record<string, Json>> = {}): string {
  mkdirSync(folder, { recursive: true });
  const manifest = {
    port: 1,
    type: 'odd',
    summary: 'Does odd things.',
    kind: 'effect',
    module: './run.mjs',
    params: {
      type: 'object',
      properties: { say: { type: 'string', description: 'What it says.' } },
      additionalProperties: false,
    },
    result: { type: 'object', properties: { said: { type: 'string' } }, required: ['said'] },
    value: 'result.said',
    secretAt: ['/say'],
    sinkAt: { '/say': 'text' },
    forbidTemplateAt: [],
    timeout: 5000,
    facts: [{ effect: 'write', repeatable: false, observe: false, undo: 'none' }],
    ...more,
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'odd', version: '1.0.0', type: 'module' }));
  writeFileSync(join(folder, 'step-type.json'), JSON.stringify(manifest));
  writeFileSync(
    join(folder, 'run.mjs'),
    `${head}\nexport const runner = { open: async () => ({\n  describe: ({ say }) => 'says ' + say,\n  run: async (params, context) => {\n${run}\n  },\n  close: async () => undefined,\n}) };\n`,
  );
  return folder;
}

/** The records of the only run of a state folder. */
export function recordsOf(state: string, run: string): readonly Readonly<Record<string, unknown>>[] {
  const text = readFileSync(join(state, 'runs', run, 'journal.jsonl'), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
}
