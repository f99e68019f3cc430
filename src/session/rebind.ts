/** The environment of a stored run, from today's configuration: secrets and addresses are never stored. Refused before anything is written. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Config, Environment } from '../interpreter/config/config.ts';
import { emptyEnvironment, loadConfig, selectEnvironment } from '../interpreter/config/config.ts';
import type { Plan } from '../interpreter/core/model/plan.ts';
import type { FilePin } from '../interpreter/core/model/value.ts';
import type { Roles } from '../interpreter/engine/approval.ts';
import type { Stamped } from '../interpreter/core/model/event.ts';
import { pinnedConfig } from '../interpreter/store/pins.ts';
import type { Origin, RunDirectory } from '../interpreter/store/run-directory.ts';
import { CommandError, exitCodes, usage } from '../console/exit-codes.ts';
import { registryFor } from '../catalogue/step-types.ts';

export interface Bindings {
  readonly environment: Environment;
  readonly roles: Roles;
  /** The file, for a run that follows from this one. */
  readonly config: FilePin | null;
}

/** From the file that is named, else from the one that the run began with, wherever this command is called. */
export async function bindingsOf(plan: Plan, began: Began, named: string | undefined): Promise<Bindings> {
  const { origin } = began;
  if (named === undefined && origin.config === null) {
    refuseOther(began, null);
    return bound(plan, emptyEnvironment, {}, null);
  }
  if (named === undefined && origin.config !== undefined && !existsSync(origin.config ?? ''))
    throw usage(
      `the configuration ${origin.config ?? ''} that the run started with no longer exists`,
      'name another with --config',
    );
  const path = named === undefined ? origin.config : resolve(named);
  const { config, diagnostics } = await loadConfig({ directory: process.cwd(), ...(typeof path === 'string' ? { path } : {}) });
  const pin = pinOf(config);
  if (named === undefined) refuseOther(began, pin);
  const wrong = diagnostics.find((one) => one.severity === 'error');
  if (wrong !== undefined)
    throw usage(
      `${wrong.file}:${String(wrong.line)}: ${wrong.message}`,
      wrong.hint ?? 'mend it, or name another configuration with --config',
    );
  const chosen = selectEnvironment(config, Object.keys(config.environments).length === 0 ? undefined : plan.environment.name);
  if (!chosen.ok) throw usage(chosen.message, chosen.hint);
  return bound(plan, chosen.environment, config.roles, pin);
}

/** What a run began with, and with which configuration it continued last. */
export interface Began {
  readonly origin: Origin;
  /** Undefined: recorded by a former version, which did not say. */
  readonly pinned: FilePin | null | undefined;
}

export const beganWith = (directory: RunDirectory, records: readonly Stamped[]): Began => ({
  origin: directory.origin(),
  pinned: pinnedConfig(records),
});

export const pinOf = ({ path, sha }: Config): FilePin | null => (path === undefined ? null : { path, sha: sha ?? '' });

/** A configuration that has changed binds other addresses and other people: only who names it continues with it, and the record says so. */
function refuseOther({ pinned }: Began, pin: FilePin | null): void {
  if (pinned === undefined || pinned?.sha === pin?.sha) return;
  const is = (one: FilePin | null): string => (one === null ? 'no configuration' : `${one.path} (${one.sha.slice(0, 12)})`);
  throw new CommandError({
    exitCode: exitCodes.journal,
    message: `the configuration has changed since the run used it: expected ${is(pinned)}, got ${is(pin)}; nothing was changed`,
    hint: `if the change is meant, name it: --config ${pin?.path ?? pinned?.path ?? 'FILE'}; the record will say so`,
  });
}

/** A run continues where it began: in the environment of its plan, with the step types and every target that it needs. */
async function bound(plan: Plan, environment: Environment, roles: Roles, config: FilePin | null): Promise<Bindings> {
  const { name } = plan.environment;
  if (environment.name !== name)
    throw usage(
      `the run began in the environment ${name}, and ${config?.path ?? 'no configuration'} has none of that name`,
      'name the configuration with --config',
    );
  await registryFor(plan, environment.stepTypes);
  const missing = Object.entries(plan.targets).filter(([target, { type }]) => environment.targets[target]?.type !== type);
  if (missing.length > 0) {
    const words = missing.map(([target, { type }]) => `${target} (${type})`).join(', ');
    throw usage(
      `${name} in ${config?.path ?? 'no configuration'} does not bind ${words}, which the run needs`,
      'name the configuration with --config',
    );
  }
  return { environment, roles, config };
}
