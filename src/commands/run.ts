/** `runbook run`: executes a checked plan and shows it. */
import { mkdirSync } from 'node:fs';
import { CommandError, exitCodes } from './exit.ts';
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
  const directory = await createRun(root, id, { plan: prepared.plan, source: prepared.text });
  return operate({
    plan: prepared.plan,
    environment: prepared.environment,
    directory,
    root,
    actor,
    baseDirectory: baseDirectory(prepared.path),
    resume: false,
    options,
  });
}

/** Answers given beforehand: `--answer step=value`. */
export function answersOf(options: AnswerOptions): Readonly<Record<string, string>> {
  const answers: Record<string, string> = {};
  for (const pair of options.answer ?? []) {
    const at = pair.indexOf('=');
    if (at <= 0) throw new CommandError({ exitCode: exitCodes.usage, message: `--answer ${pair}: expected step=value` });
    answers[pair.slice(0, at)] = pair.slice(at + 1);
  }
  return answers;
}
