/** `runbook run` without a name: the picker over the catalogue. With a name and inputs missing: the form of that runbook. */
import { relative } from 'node:path';
import type { Json } from '../interpreter/core/model/value.ts';
import { readTextIfThere } from '../interpreter/document/read-text.ts';
import { loadRunbook } from '../interpreter/document/load.ts';
import { isNeededLater } from '../interpreter/plan/inputs.ts';
import { isSecretInput } from '../interpreter/plan/secret-inputs.ts';
import type { FinderEntry } from '../ui/model/finder.ts';
import type { EnvironmentChoice, InputField, Picked } from '../ui/screen/pick-model.ts';
import type { Config } from '../interpreter/config/config.ts';
import { loadConfig } from '../interpreter/config/config.ts';
import { effectLines } from '../ui/model/effects.ts';
import { catalogueFolder, findRunbook, folderName, idOfFile, runbookFiles } from '../catalogue/catalogue.ts';
import { CommandError, exitCodes, usage } from '../console/exit-codes.ts';
import type { PlanOptions } from '../console/options.ts';
import { planLines } from '../paper/plan-lines.ts';
import { inputsOf, prepare } from './prepare.ts';
import { plannedOnPaper } from '../paper/on-paper.ts';
import { page } from '../paper/page.ts';
import { typedAs } from './type-input.ts';

type Data = Readonly<Record<string, Json>>;

/** Throws a CommandError with code 11 when nothing was chosen. */
export function pick(options: PlanOptions): Promise<Picked> {
  const directory = process.cwd();
  const folder = catalogueFolder({ directory, ...(options.catalogue === undefined ? {} : { catalogue: options.catalogue }) });
  if (folder === undefined) throw usage(`no folder ${folderName} here or above`, 'name a file, or give --catalogue FOLDER');
  return open(options, runbookFiles(folder));
}

/** Asks for the inputs of a named runbook, and for the environment where there are several; undefined when nothing is missing. */
export async function fillIn(name: string, options: PlanOptions): Promise<Picked | undefined> {
  const directory = process.cwd();
  const path = findRunbook(name, { directory, ...(options.catalogue === undefined ? {} : { catalogue: options.catalogue }) });
  const data = dataOf(path, directory);
  if (data === undefined) return undefined;
  const isIncomplete = fieldsOf(data, inputsOf(options, directory)).some((field) => field.initial === undefined);
  const missing = isIncomplete || (options.env === undefined && (await environmentsOf(options)).choices.length > 1);
  return missing ? open(options, [path], entryOf(path, data)) : undefined;
}

async function open(options: PlanOptions, paths: readonly string[], named?: FinderEntry): Promise<Picked> {
  const directory = process.cwd();
  const given = inputsOf(options, directory);
  const documents = new Map(paths.map((path) => [path, dataOf(path, directory)]));
  const dataAt = (path: string): Data => documents.get(path) ?? {};
  const { config, choices } = await environmentsOf(options);
  const { openPicker } = await import('../ui/screen/mount.tsx');
  const picked = await openPicker({
    entries: [...documents].flatMap(([path, data]) => (data === undefined ? [] : [entryOf(path, data)])),
    ...(named === undefined ? {} : { named }),
    environments: choices,
    environment: options.env ?? (choices.length === 1 ? choices[0]?.name : undefined),
    page: (path) => page(dataAt(path)).split('\n'),
    fields: (path) => fieldsOf(dataAt(path), given),
    obstacle: (path, environment) => obstacleOf(dataAt(path), config, environment),
    typeInput: (path, name, text) => typedAs(dataAt(path)['inputs'], name, text),
    plan: async (choice) => {
      const prepared = await prepare(choice.path, withPicked(options, choice));
      const { plan, environment, registry } = prepared;
      const paper = await plannedOnPaper(plan, registry, environment);
      return [...effectLines(plan), '', ...planLines({ ...prepared, paper })];
    },
  });
  if (picked === undefined)
    throw new CommandError({
      exitCode: exitCodes.aborted,
      message: 'nothing was chosen; nothing was done',
      hint: '`runbook list` shows the runbooks, `runbook run NAME` starts one',
    });
  return picked;
}

/** What was picked takes the place of what was given on the command line; what the form does not show stays. */
export function withPicked<T extends PlanOptions>(options: T, { environment, inputs }: Picked): T {
  const kept = (options.input ?? []).filter((pair) => !Object.hasOwn(inputs, pair.split('=')[0] ?? ''));
  const picked = Object.entries(inputs).map(([name, text]) => `${name}=${text}`);
  return { ...options, ...(environment === undefined ? {} : { env: environment }), input: [...kept, ...picked] };
}

/** Without a configuration there is one environment, which binds nothing; it has no name to be chosen by. */
async function environmentsOf(
  options: PlanOptions,
): Promise<{ readonly config: Config; readonly choices: readonly EnvironmentChoice[] }> {
  const { config } = await loadConfig({
    directory: process.cwd(),
    ...(options.config === undefined ? {} : { path: options.config }),
  });
  return { config, choices: Object.values(config.environments).map(({ name, rehearsal }) => ({ name, rehearsal })) };
}

/** Told before any input is asked for: without its targets no run begins. */
function obstacleOf(data: Data, config: Config, environment: string): string {
  const bound = config.environments[environment]?.targets ?? {};
  const unbound = Object.keys((data['targets'] ?? {}) as Data).filter((target) => !Object.hasOwn(bound, target));
  return unbound.length === 0 ? '' : `not bound in environment ${environment}: ${unbound.join(', ')}`;
}

/** Undefined: no runbook; `runbook lint` says why. */
const dataOf = (path: string, directory: string): Data | undefined =>
  loadRunbook(readTextIfThere(path), relative(directory, path)).runbook?.data;

const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
const itemsOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? (value as readonly Json[]) : []);

function entryOf(path: string, data: Data): FinderEntry {
  const alerts = itemsOf(data['triggers']).flatMap((trigger) => {
    const alert = trigger !== null && typeof trigger === 'object' ? (trigger as Data)['alert'] : undefined;
    return typeof alert === 'string' ? [alert] : [];
  });
  return {
    id: textOf(data['id']) || idOfFile(path),
    title: textOf(data['title']),
    severity: textOf(data['severity']),
    owners: itemsOf(data['owners']).filter((owner) => typeof owner === 'string'),
    alerts,
    summary: textOf(data['summary']),
    path,
  };
}

/** What was given on the command line is in the fields already, before defaults. */
function fieldsOf(data: Data, given: Data): readonly InputField[] {
  // Secrets are asked for by the terminal itself, behind the screen; what only one way needs, when that way is taken.
  const shown = Object.entries((data['inputs'] ?? {}) as Readonly<Record<string, Data>>).filter(
    ([name, one]) => !isSecretInput(one) && (!isNeededLater(one) || Object.hasOwn(given, name)),
  );
  return shown.map(([name, declared]) => {
    const initial = given[name] ?? declared['default'];
    return {
      name,
      type: textOf(declared['type']) || 'string',
      description: textOf(declared['description']),
      initial: initial === undefined ? undefined : initialOf(initial),
      choices: itemsOf(declared['enum']).map(initialOf),
      isList: declared['type'] === 'list',
    };
  });
}

const initialOf = (value: Json): string =>
  typeof value === 'string' ? value : Array.isArray(value) ? value.map(initialOf).join(',') : JSON.stringify(value);
