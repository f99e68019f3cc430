/** Secrets are opened late, where they are needed. Before the first step it is only made sure that each of them could be: also those of an undo. */
import { findProgram } from '../clients/find-program.ts';
import type { Environment } from '../interpreter/config/config.ts';
import { resolveSecret, secretReference } from '../interpreter/config/secrets.ts';
import type { Plan } from '../interpreter/core/model/plan.ts';
import { secretsIn } from '../interpreter/engine/vault.ts';
import { createRedactor } from '../interpreter/guard/redact.ts';
import { usage } from '../console/exit-codes.ts';

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
  if (lines.length > 0)
    throw usage(lines.join('\nrunbook: '), '`runbook doctor --env NAME` checks all secrets of an environment');
}

/** Name -> steps and targets that need it. */
function secretsNeeded(plan: Plan, environment: Environment): ReadonlyMap<string, readonly string[]> {
  const needed = new Map<string, string[]>();
  const add = (name: string, by: string): void => {
    const all = needed.get(name) ?? [];
    if (!all.includes(by)) needed.set(name, [...all, by]);
  };
  for (const { key, lane, program } of plan.nodes) {
    if (plan.only === 'diagnosis' && lane !== 'precondition' && lane !== 'diagnosis') continue;
    for (const name of secretsIn([program.params, program.doneWhen?.params ?? null])) add(name, `step ${key}`);
  }
  for (const target of Object.keys(plan.targets))
    for (const name of secretsOfEntry(environment.targets[target])) add(name, `target ${target}`);
  return needed;
}

function secretsOfEntry(entry: unknown): readonly string[] {
  if (typeof entry === 'string') return [/^secret:(\w+)$/.exec(entry)?.[1] ?? []].flat();
  return entry !== null && typeof entry === 'object' ? Object.values(entry).flatMap(secretsOfEntry) : [];
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
    return createRedactor().add(name, value) ? undefined : 'it is shorter than 6 characters, so it could not be masked';
  } catch (problem) {
    return (problem as Error).message;
  }
}
