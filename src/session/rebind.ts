/** The environment of a stored run, from today's configuration: secrets and addresses are never stored. Refused before anything is written. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Environment } from '../interpreter/config/config.ts';
import { emptyEnvironment, loadConfig, selectEnvironment } from '../interpreter/config/config.ts';
import type { Plan } from '../interpreter/core/model/plan.ts';
import type { Roles } from '../interpreter/engine/approval.ts';
import type { Origin } from '../interpreter/store/run-directory.ts';
import { usage } from '../console/exit-codes.ts';
import { registryFor } from '../catalogue/step-types.ts';

export interface Bindings {
  readonly environment: Environment;
  readonly roles: Roles;
  /** The file, for a run that follows from this one. */
  readonly config: string | null;
}

/** From the file that is named, else from the one that the run began with, wherever this command is called. */
export async function bindingsOf(plan: Plan, origin: Origin, named: string | undefined): Promise<Bindings> {
  if (named === undefined && origin.config === null) return bound(plan, emptyEnvironment, {}, null);
  if (named === undefined && origin.config !== undefined && !existsSync(origin.config ?? ''))
    throw usage(`the configuration ${origin.config ?? ''} that the run began with is gone`, 'name another with --config');
  const path = named === undefined ? origin.config : resolve(named);
  const { config, diagnostics } = await loadConfig({ directory: process.cwd(), ...(typeof path === 'string' ? { path } : {}) });
  const wrong = diagnostics.find((one) => one.severity === 'error');
  if (wrong !== undefined) throw usage(`${wrong.file}:${String(wrong.line)}: ${wrong.message}`);
  const chosen = selectEnvironment(config, Object.keys(config.environments).length === 0 ? undefined : plan.environment.name);
  if (!chosen.ok) throw usage(chosen.message, chosen.hint);
  return bound(plan, chosen.environment, config.roles, config.path ?? null);
}

/** A run goes on where it began: in the environment of its plan, with the step types and every target that it needs. */
async function bound(plan: Plan, environment: Environment, roles: Roles, config: string | null): Promise<Bindings> {
  const { name } = plan.environment;
  if (environment.name !== name)
    throw usage(
      `the run began in the environment ${name}, and ${config ?? 'no configuration'} has none of that name`,
      'name the configuration with --config',
    );
  await registryFor(plan, environment.stepTypes);
  const missing = Object.entries(plan.targets).filter(([target, { type }]) => environment.targets[target]?.type !== type);
  if (missing.length > 0) {
    const words = missing.map(([target, { type }]) => `${target} (${type})`).join(', ');
    throw usage(
      `${name} in ${config ?? 'no configuration'} does not bind ${words}, which the run needs`,
      'name the configuration with --config',
    );
  }
  return { environment, roles, config };
}
