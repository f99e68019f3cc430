/** `runbook run`: executes a checked plan and shows it. */
import { mkdirSync } from 'node:fs';
import type { AnswerOptions, PlanOptions } from './options.ts';
import { operate } from './operate.ts';
import { baseDirectory, prepare } from './prepare.ts';
import { stateRoot } from './state-root.ts';
import { createRun, newRunId } from '../interpreter/store/run-directory.ts';
import { actorOf } from './actor.ts';

export async function run(name: string, options: PlanOptions & AnswerOptions): Promise<number> {
  const prepared = await prepare(name, options);
  const root = stateRoot();
  mkdirSync(root, { recursive: true, mode: 0o700 });
  const id = newRunId();
  const actor = actorOf(options.operator);
  const directory = await createRun(root, id, {
    plan: prepared.plan,
    source: prepared.text,
    baseDirectory: baseDirectory(prepared.path),
  });
  return operate({
    plan: prepared.plan,
    environment: prepared.environment,
    roles: prepared.config.roles,
    directory,
    root,
    actor,
    baseDirectory: baseDirectory(prepared.path),
    resume: false,
    options,
  });
}
