/**
 * `runbook check`: preconditions, evidence and diagnosis are performed for real, in a run that is thrown away; then each write is rendered with what
 * those reads found and previewed by its step type. Nothing is changed. What depends on a write's result is shown as unknown until then.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../config/config.ts';
import type { Node, Plan } from '../core/model/plan.ts';
import { readingLanes } from '../core/model/plan.ts';
import type { State } from '../core/model/state.ts';
import { isFinding } from '../core/fold/policy.ts';
import type { Registry } from '../port/registry.ts';
import { createRun, newRunId } from '../store/run-directory.ts';
import type { Clock } from './clock.ts';
import type { Engine } from './context.ts';
import { diffOf } from './diff.ts';
import { createContext, runEngine } from './engine.ts';
import { openSecrets } from './known-secrets.ts';
import { unattendedOperator } from './operator.ts';

export interface PreviewRow {
  /** `v` holds or can be done, `x` does not, `?` cannot be known before the steps it depends on. */
  readonly mark: 'v' | 'x' | '?';
  readonly id: string;
  readonly says: string;
}

export interface PreviewOptions {
  readonly plan: Plan;
  readonly registry: Registry;
  readonly environment: Environment;
  readonly clock: Clock;
  readonly baseDirectory: string;
  /** Values of the secret inputs, by input. */
  readonly secretInputs: Readonly<Record<string, string>>;
}

const previewTimeoutMs = 15_000;

export async function previewRun(options: PreviewOptions): Promise<readonly PreviewRow[]> {
  const root = mkdtempSync(join(tmpdir(), 'runbook-check-'));
  try {
    const reads: Plan = {
      ...options.plan,
      only: 'diagnosis',
      nodes: options.plan.nodes.filter((node) => node.lane !== 'comms' && node.lane !== 'watch'),
    };
    const directory = await createRun(root, newRunId(), {
      plan: reads,
      source: '',
      origin: { directory: options.baseDirectory },
    });
    const actor = { name: 'check', host: 'localhost', auth: 'engine' } as const;
    const operator = unattendedOperator({ yes: false, answers: {}, actor });
    const secrets = await openSecrets(options.plan, options.environment, { inputs: options.secretInputs });
    const { state } = await runEngine({ ...options, plan: reads, directory, operator, actor, resume: false, secrets });
    const engine = createContext(
      { ...options, plan: reads, directory, secrets },
      { state, base: options.clock.now() - state.t, openedAt: '', push: () => undefined },
    );
    const rows = readRows(reads, state);
    for (const node of reads.nodes.filter((one) => (one.lane === 'main' || one.lane === 'containment') && one.kind === 'effect'))
      rows.push(await writeRow(engine, node));
    await engine.sessions.close();
    return rows;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function readRows(plan: Plan, state: State): PreviewRow[] {
  return Object.values(state.instances).flatMap((one) => {
    const node = plan.nodes[one.node];
    if (one.status === 'skipped' || one.key.endsWith('~after') || node === undefined || !readingLanes.includes(node.lane))
      return [];
    const good = one.status === 'ok' || one.status === 'unchanged';
    const word = good ? JSON.stringify(one.value?.json ?? null).slice(0, 100) : (one.fault?.message ?? one.status);
    const mark = good ? 'v' : isFinding(node) || node.lane === 'evidence' ? '?' : 'x';
    return [{ mark, id: one.key, says: `${node.lane}: ${word}` } as const];
  });
}

async function writeRow(engine: Engine, node: Node): Promise<PreviewRow> {
  const says = (mark: PreviewRow['mark'], words: string): PreviewRow => ({
    mark,
    id: node.key,
    says: `${node.effect}: ${words}`,
  });
  if (node.forEach !== undefined || node.parent !== undefined) return says('?', 'known only in its turn');
  const instance = {
    key: node.key,
    node: engine.plan.nodes.indexOf(node),
    status: 'resolved' as const,
    n: 0,
    epoch: 1,
    since: 0,
  };
  engine.state().instances[node.key] = instance;
  const { words, reading } = await diffOf(engine, node, node.key, previewTimeoutMs);
  if (reading.is === 'ok' || reading.is === 'noData') return says('v', words);
  return says(reading.fault.class === 'expression' ? '?' : 'x', `${words === '' ? '' : `${words}: `}${reading.fault.message}`);
}
