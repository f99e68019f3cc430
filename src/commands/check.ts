/** `runbook check`: performs the reads that need nothing from earlier steps' effects, previews the writes, changes nothing. */
import { SecretError } from '../interpreter/config/secrets.ts';
import { previewRun } from '../interpreter/engine/preview.ts';
import { systemClock } from '../interpreter/engine/clock.ts';
import { exitCodes, usage } from '../console/exit-codes.ts';
import type { AnswerOptions, PlanOptions } from '../console/options.ts';
import { secretInputsOf } from '../session/secret-inputs.ts';
import { doctorHint, refuseMissingSecrets } from '../session/secrets.ts';
import { baseDirectory, prepare } from '../session/prepare.ts';
import { programsOf, refuseUntrusted } from '../session/trust.ts';
import { print, printJson } from '../console/terminal.ts';

export async function check(name: string | undefined, options: PlanOptions & AnswerOptions): Promise<number> {
  const { plan, environment, path, registry, runbook, config } = await prepare(name, options);
  await refuseMissingSecrets(plan, environment);
  await refuseUntrusted(config.path, programsOf(plan, environment), options);
  const secretInputs = await secretInputsOf(plan, runbook.data['inputs'], { questions: options.questions !== false });
  const preview = { plan, registry, environment, clock: systemClock(), baseDirectory: baseDirectory(path), secretInputs };
  const rows = await previewRun(preview).catch((problem: unknown) => {
    throw problem instanceof SecretError ? usage(problem.message, doctorHint) : problem;
  });
  if (options.output === 'json') await printJson({ runbook: plan.runbook.id, steps: rows });
  else for (const row of rows) await print(`${row.mark} ${row.id.padEnd(18)} ${row.says}`);
  return rows.some((row) => row.mark === 'x') ? exitCodes.failed : exitCodes.succeeded;
}
