/** From a name on the command line to a checked plan: load, lint, configuration, inputs. Shared by run, plan and check. */
import { dirname, relative, resolve } from 'node:path';
import type { Diagnostic } from '../interpreter/document/diagnostic.ts';
import { capped } from '../interpreter/document/diagnostic.ts';
import type { Runbook } from '../interpreter/document/load.ts';
import { readText, readTextIfThere } from '../interpreter/document/read-text.ts';
import { loadRunbook } from '../interpreter/document/load.ts';
import { check } from '../interpreter/check/check.ts';
import type { Config, Environment } from '../interpreter/config/config.ts';
import { loadConfig, selectEnvironment } from '../interpreter/config/config.ts';
import { configFile } from '../interpreter/config/found.ts';
import { problemText } from '../interpreter/plan/form.ts';
import type { Problem } from '../interpreter/plan/problem.ts';
import type { Plan } from '../interpreter/core/model/plan.ts';
import type { Json } from '../interpreter/core/model/value.ts';
import { isMapping } from '../interpreter/document/steps.ts';
import { makePlan } from '../interpreter/plan/plan.ts';
import { isSecretInput } from '../interpreter/plan/secret-inputs.ts';
import type { Registry } from '../interpreter/port/registry.ts';
import { pretty } from '../ui/diagnostics/pretty.ts';
import { findRunbook } from '../catalogue/catalogue.ts';
import { calledRunbooks, libraryOf } from '../catalogue/library.ts';
import { CommandError, exitCodes, usage } from '../console/exit-codes.ts';
import type { PlanOptions } from '../console/options.ts';
import { entriesUsed, knownStepTypes } from '../catalogue/step-types.ts';
import { namedPairs } from '../console/pairs.ts';
import { printError, wantsColour } from '../console/terminal.ts';
import { withAlert } from './alert-payload.ts';
import { readInputFile } from './input-file.ts';
import { withWholePath } from './secret-inputs.ts';

export interface Prepared {
  readonly path: string;
  readonly text: string;
  readonly runbook: Runbook;
  readonly config: Config;
  readonly environment: Environment;
  readonly plan: Plan;
  /** The step types that the plan was made with. */
  readonly registry: Registry;
}

/** `unbound`: whether the plan may name targets that the environment does not bind; such a plan is for reading only. */
export async function prepare(
  named: string | undefined,
  given: PlanOptions,
  unbound: 'refused' | 'allowed' = 'refused',
): Promise<Prepared> {
  const alerted = withAlert(named, given);
  if (alerted === undefined) throw usage('which runbook?', '`runbook list` shows all; --alert FILE finds the one that answers');
  const { name, options } = alerted;
  const directory = process.cwd();
  const path = findRunbook(name, { directory, ...(options.catalogue === undefined ? {} : { catalogue: options.catalogue }) });
  const near = relative(directory, path);
  const file = near.startsWith('..') ? path : near;
  const read = readText(path, file);
  if (!read.ok) throw unreadable(file, read.diagnostic);
  const { text } = read;
  const loaded = loadRunbook(text, file);
  const { config, diagnostics } = await loadConfig({
    directory,
    ...(options.config === undefined ? {} : { path: options.config }),
  });
  // What else could be better in a configuration is a matter of lint and doctor, not of the night.
  await refuse([...loaded.diagnostics, ...diagnostics.filter((one) => one.severity === 'error')], text, file);
  if (loaded.runbook === undefined)
    throw new CommandError({
      exitCode: exitCodes.invalidDocument,
      message: `${file} is not a runbook: expected a YAML mapping with apiVersion`,
      hint: '`runbook new` writes one; `runbook docs` lists the step types',
    });
  const environment = environmentOf(config, options.env);
  const find = libraryOf(path, directory, options.catalogue);
  const called = calledRunbooks(loaded.runbook, find).map(({ data }) => data);
  const known = await knownStepTypes(entriesUsed([loaded.runbook.data, ...called], config.stepTypes));
  await refuse(known.diagnostics, text, file);
  const { registry } = known;
  const findings = await check(loaded.runbook, registry, { config, environment: environment.name, find });
  const isTold = (one: Diagnostic): boolean => unbound === 'refused' || one.code !== 'target/unbound';
  await refuse(findings.filter(isTold), text, file);
  const made = makePlan(loaded.runbook, registry, {
    inputs: withWholePaths(inputsOf(options, directory, loaded.runbook.data['inputs']), loaded.runbook.data['inputs'], directory),
    environment,
    find,
    ...(unbound === 'allowed' ? { bind: false } : {}),
    ...(options.only === undefined ? {} : { only: onlyOf(options.only) }),
    ...(options.to === undefined ? {} : { stopAfter: options.to }),
  });
  if (!made.ok) throw noPlan(made.problems, loaded.runbook.id, config, directory);
  return { path, text, runbook: loaded.runbook, config, environment, plan: made.plan, registry };
}

const unreadable = (file: string, { message, hint }: Diagnostic): CommandError =>
  new CommandError({
    exitCode: exitCodes.invalidDocument,
    message: `${file}: ${message}`,
    ...(hint === undefined ? {} : { hint }),
  });

const bindingCodes: ReadonlySet<string> = new Set([
  'unbound-target',
  'target-type',
  'no-members',
  'unknown-member',
  'target-place',
]);

/** One line for each problem, but one for all targets where there is no configuration that could bind them. */
function noPlan(problems: readonly Problem[], id: string, config: Config, directory: string): CommandError {
  const unbound = problems.filter((one) => one.code === 'unbound-target');
  const others = problems.filter((one) => config.path !== undefined || one.code !== 'unbound-target');
  const lines = [
    ...(others.length < problems.length ? [`no ${configFile} above ${directory}, so ${boundBy(unbound.length)}`] : []),
    ...others.map(problemText),
  ];
  const hints = [
    ...(problems.some((one) => one.code.endsWith('-input')) ? [`\`runbook show ${id}\` lists the inputs`] : []),
    ...(config.path === undefined && unbound.length > 0 ? ['name one with --config FILE, and its environment with -e NAME'] : []),
    ...(config.path !== undefined && problems.some((one) => bindingCodes.has(one.code))
      ? [`targets are bound in ${config.path}`]
      : []),
  ];
  return usage(lines.join('\nrunbook: '), hints.length === 0 ? undefined : hints.join('; '));
}

const boundBy = (targets: number): string =>
  targets === 1 ? 'the target of this runbook is not bound' : `the ${String(targets)} targets of this runbook are not bound`;

function environmentOf(config: Config, name: string | undefined): Environment {
  const chosen = selectEnvironment(config, name);
  if (!chosen.ok) throw usage(chosen.message, chosen.hint);
  return chosen.environment;
}

function onlyOf(text: string): 'diagnosis' {
  if (text !== 'diagnosis') throw usage(`--only ${text} is not a section that runs alone`, 'expected --only diagnosis');
  return text;
}

/** Prints findings; errors end the command with exit code 3. */
async function refuse(findings: readonly Diagnostic[], text: string, file: string): Promise<void> {
  if (findings.length === 0) return;
  const source = (one: string): string => (one === file ? text : readTextIfThere(one));
  const shown = capped(findings);
  await printError(pretty(shown, source, { colour: wantsColour('stderr') }));
  const errors = shown.filter((one) => one.severity === 'error');
  if (errors.length === 0) return;
  const where = [...new Set(errors.map((one) => one.file))].join(', ');
  throw new CommandError({
    exitCode: exitCodes.invalidDocument,
    message: `${where}: ${String(errors.length)} error${errors.length === 1 ? '' : 's'}; nothing was executed`,
    hint: 'mend the findings above; `runbook explain CODE` explains each',
    shown: errors.slice(0, 20).map(({ line, code, message }) => `line ${String(line)}: ${message} [${code}]`),
  });
}

/** `-i name=value` over `--input-file`; values stay text, the plan types them. */
export function inputsOf(options: PlanOptions, directory: string, declared?: Json): Record<string, string | Json> {
  const given = namedPairs('--input', 'name=value', options.input ?? []);
  return options.inputFile === undefined
    ? given
    : { ...readInputFile(resolve(directory, options.inputFile), declared), ...given };
}

/** The plan of a run names files of secrets by their whole path: it is resumed from anywhere. */
function withWholePaths(
  given: Readonly<Record<string, Json>>,
  declared: Json | undefined,
  directory: string,
): Readonly<Record<string, Json>> {
  const declarations = isMapping(declared) ? declared : {};
  const isSecret = (name: string): boolean => {
    const one = Object.hasOwn(declarations, name) ? declarations[name] : undefined;
    return isMapping(one) && isSecretInput(one);
  };
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [
      name,
      typeof value === 'string' && isSecret(name) ? withWholePath(value, directory) : value,
    ]),
  );
}

/** Directory whose relative paths the runbook means. */
export const baseDirectory = (path: string): string => dirname(resolve(path));
