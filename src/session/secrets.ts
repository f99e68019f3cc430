/** Before a run has a folder, each secret that it needs is looked for, also those of an undo. The engine opens them at its start. */
import { findProgram } from '../clients/find-program.ts';
import type { Environment } from '../interpreter/config/config.ts';
import { resolveSecret, secretReference } from '../interpreter/config/secrets.ts';
import type { Plan } from '../interpreter/core/model/plan.ts';
import { secretsNeeded } from '../interpreter/engine/known-secrets.ts';
import { unmaskable } from '../interpreter/guard/redact.ts';
import { usage } from '../console/exit-codes.ts';

export const doctorHint = '`runbook doctor --env NAME` checks all secrets of an environment';

/** How long a file that holds a secret may take to be read, ms. */
const limitMs = 5000;

/** Throws CommandError (2) that names each secret that is missing, and who needs it. */
export async function refuseMissingSecrets(plan: Plan, environment: Environment): Promise<void> {
  const needed = [...secretsNeeded(plan, environment)];
  const problems = await Promise.all(
    needed.map(async ([name, by]) => {
      const why = await whyNotThere(environment, name);
      return why === undefined ? [] : [`secret "${name}", needed by ${by.join(', ')}: ${why}`];
    }),
  );
  const lines = problems.flat();
  if (lines.length > 0) throw usage(lines.join('\nrunbook: '), doctorHint);
}

/** Commands are only looked for: one that asks somebody for a finger or a code must not do so twice. */
async function whyNotThere(environment: Environment, name: string): Promise<string | undefined> {
  const reference = Object.hasOwn(environment.secrets, name) ? environment.secrets[name] : undefined;
  if (reference === undefined) return `the environment ${environment.name} binds no secret of this name`;
  const read = secretReference(reference);
  if (read?.is === 'exec') {
    const [command = ''] = read.argv;
    const found = findProgram(command, process.env['PATH'] ?? '', process.cwd());
    return found === undefined ? `there is no command ${command} on this machine` : undefined;
  }
  try {
    const value = await resolveSecret(reference, AbortSignal.timeout(limitMs));
    const why = unmaskable(value);
    return why === undefined ? undefined : `it ${why}`;
  } catch (problem) {
    return (problem as Error).message;
  }
}
