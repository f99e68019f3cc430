/** What `check` finds out: reads performed, writes previewed, nothing changed. Shared by the verb and the tool of agents. */
import type { AnswerOptions, PlanOptions } from '../console/options.ts';
import { usage } from '../console/exit-codes.ts';
import { SecretError } from '../interpreter/config/secrets.ts';
import { systemClock } from '../interpreter/engine/clock.ts';
import type { PreviewRow } from '../interpreter/engine/preview.ts';
import { previewRun } from '../interpreter/engine/preview.ts';
import type { Prepared } from './prepare.ts';
import { baseDirectory } from './prepare.ts';
import { secretInputsOf } from './secret-inputs.ts';
import { doctorHint, refuseMissingSecrets } from './secrets.ts';
import { programsOf, refuseUntrusted } from './trust.ts';

/** Throws CommandError. */
export async function previewOf(prepared: Prepared, options: PlanOptions & AnswerOptions): Promise<readonly PreviewRow[]> {
  const { plan, environment, path, registry, runbook, config } = prepared;
  await refuseMissingSecrets(plan, environment);
  await refuseUntrusted(config.path, programsOf(plan, environment), options);
  const secretInputs = await secretInputsOf(plan, runbook.data['inputs'], { questions: options.questions !== false });
  const preview = { plan, registry, environment, clock: systemClock(), baseDirectory: baseDirectory(path), secretInputs };
  return previewRun(preview).catch((problem: unknown) => {
    throw problem instanceof SecretError ? usage(problem.message, doctorHint) : problem;
  });
}
