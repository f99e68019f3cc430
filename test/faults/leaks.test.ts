/** No secret reaches a file of the run, whatever a driver puts into its messages (L5, T16). */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { emptyEnvironment } from '../../src/interpreter/config/config.ts';
import { loadRunbook } from '../../src/interpreter/document/load.ts';
import { systemClock } from '../../src/interpreter/engine/clock.ts';
import { openSecrets } from '../../src/interpreter/engine/known-secrets.ts';
import { runEngine } from '../../src/interpreter/engine/engine.ts';
import { unattendedOperator } from '../../src/interpreter/engine/operator.ts';
import { makePlan } from '../../src/interpreter/plan/plan.ts';
import { createRegistry } from '../../src/interpreter/port/registry.ts';
import type { Runner, StepType } from '../../src/interpreter/port/step-type.ts';
import { createRun } from '../../src/interpreter/store/run-directory.ts';

const secret = 'correct-horse-battery';
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runbook-leaks-'));
  process.env['TEST_LEAK_SECRET'] = secret;
});
afterEach(() => {
  delete process.env['TEST_LEAK_SECRET'];
  rmSync(folder, { recursive: true, force: true });
});

function stepType(runner: Runner): StepType {
  return {
    manifest: {
      port: 1,
      type: 'leaky',
      summary: 'leaky',
      params: { type: 'object', properties: {} },
      result: {},
      value: null,
      target: { types: ['leaky'], schema: {}, required: true },
      secretAt: [],
      sinkAt: {},
      forbidTemplateAt: [],
      kind: 'effect',
      timeout: 5000,
    },
    facts: () => ({ effect: 'write', repeatable: false, observe: false, undo: 'none' }),
    load: async () => runner,
  };
}
const session = (run: Awaited<ReturnType<Runner['open']>>['run']): Runner => ({
  open: async () => ({ describe: () => 'leaky', run, close: async () => undefined }),
});

async function filesOf(runner: Runner): Promise<string> {
  const registry = createRegistry([stepType(runner)]);
  const source =
    'apiVersion: runbook/v1\nid: small\ntitle: S\nowners: [t]\ntargets: { db: { type: leaky } }\nsteps:\n  - { id: one, type: leaky, target: db }\n';
  const environment = {
    ...emptyEnvironment,
    secrets: { password: 'env:TEST_LEAK_SECRET' },
    targets: { db: { type: 'leaky', password: 'secret:password' } },
  };
  const loaded = loadRunbook(source, 'small.yaml');
  if (loaded.runbook === undefined) throw new Error(JSON.stringify(loaded.diagnostics));
  const made = makePlan(loaded.runbook, registry, { inputs: {}, environment });
  if (!made.ok) throw new Error(JSON.stringify(made.problems));
  const directory = await createRun(folder, 'r', { plan: made.plan, source, origin: { directory: folder } });
  const actor = { name: 't', host: 'h', auth: 'claimed' } as const;
  await runEngine({
    plan: made.plan,
    registry,
    environment,
    directory,
    actor,
    clock: systemClock(),
    secrets: await openSecrets(made.plan, environment),
    resume: false,
    baseDirectory: folder,
    operator: unattendedOperator({ yes: true, answers: {}, actor }),
  });
  const all = (path: string): string =>
    readdirSync(path)
      .map((name) => join(path, name))
      .map((one) => (statSync(one).isDirectory() ? all(one) : readFileSync(one, 'utf8')))
      .join('\n');
  const text = all(directory.path);
  expect(text).toContain('"type":"run.finished"');
  return text;
}

describe('secrets in what drivers say', () => {
  const password = (target: unknown): string => (target as { password: string }).password;
  it.each<readonly [string, Runner]>([
    [
      'the message of a failed opening',
      {
        open: async (cx) => {
          throw new Error(`cannot connect to db://u:${password(cx.target)}@h`);
        },
      },
    ],
    [
      'a message of a failed call',
      session(async (_p, cx) => ({
        ok: false,
        wire: 'refused',
        class: 'auth',
        code: 'x',
        message: `bad ${password(cx.target)}`,
      })),
    ],
    [
      'an error thrown by a call',
      session(async (_p, cx) => {
        throw new Error(password(cx.target));
      }),
    ],
    ['a result', session(async (_p, cx) => ({ ok: true, changed: true, result: { a: [password(cx.target)] } }))],
    [
      'output',
      session(async (_p, cx) => {
        await cx.output('out', Buffer.from(password(cx.target)));
        return { ok: true, changed: true, result: null };
      }),
    ],
    [
      'progress',
      session(async (_p, cx) => {
        cx.progress({ text: `using ${password(cx.target)}` });
        return { ok: true, changed: true, result: null };
      }),
    ],
    [
      'a hint',
      session(async (_p, cx) => ({
        ok: false,
        wire: 'refused',
        class: 'auth',
        code: 'x',
        message: 'no',
        hint: `try ${password(cx.target)}`,
      })),
    ],
  ])('%s', async (_name, runner) => {
    expect(await filesOf(runner)).not.toContain(secret);
  });
});
