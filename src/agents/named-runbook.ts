/** The runbook that a call names: one of the catalogue, with inputs as data. Never a file of the agent's own choice. */
import { catalogueFolder, findRunbook, folderName } from '../catalogue/catalogue.ts';
import { quoteWords } from '../clients/quote.ts';
import type { AnswerOptions, PlanOptions } from '../console/options.ts';
import type { Prepared } from '../session/prepare.ts';
import { prepare } from '../session/prepare.ts';
import type { Desk } from './desk.ts';
import { AgentRefusal } from './desk.ts';
import type { CallArguments, Parameter } from './tool.ts';
import { requiredText, givenText } from './tool.ts';

export const runbookParameter: Parameter = { type: 'string', description: 'id, or name of an alert', required: true };

/** Of the tools that make a plan. */
export const planParameters: Readonly<Record<string, Parameter>> = {
  runbook: runbookParameter,
  environment: { type: 'string' },
  inputs: { type: 'object', description: 'name to value' },
};

export function shelfOf({ directory, catalogue }: Desk): string {
  const folder = catalogueFolder({ directory, ...(catalogue === undefined ? {} : { catalogue }) });
  if (folder === undefined)
    throw new AgentRefusal(
      `there is no folder ${folderName} at ${directory} or above`,
      'start the server there, or with --catalogue FOLDER',
    );
  return folder;
}

/** Path of its file. */
export function pathOfRunbook(given: CallArguments, desk: Desk): string {
  const name = requiredText(given, 'runbook');
  if (/[/\\]|\.ya?ml$/.test(name))
    throw new AgentRefusal(
      `"${name}" is a path, and an agent runs only what is in the catalogue: name the runbook by its id or its alert`,
      'add the file to the catalogue once it was reviewed',
    );
  return findRunbook(name, { directory: desk.directory, catalogue: shelfOf(desk) });
}

export function planOptions(given: CallArguments, desk: Desk): PlanOptions & AnswerOptions {
  const environment = givenText(given, 'environment');
  return {
    ...desk.claims,
    input: Object.entries((given['inputs'] ?? {}) as CallArguments).map(([name, value]) => `${name}=${inputText(value)}`),
    questions: false,
    catalogue: shelfOf(desk),
    ...(environment === undefined ? {} : { env: environment }),
    ...(desk.config === undefined ? {} : { config: desk.config }),
  };
}

const inputText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** The checked plan, as `runbook plan` makes it. */
export async function prepareCall(given: CallArguments, desk: Desk): Promise<Prepared> {
  const prepared = await prepare(pathOfRunbook(given, desk), planOptions(given, desk));
  const secrets = Object.keys(prepared.plan.secretInputs ?? {});
  if (secrets.length > 0)
    throw new AgentRefusal(
      `${prepared.plan.runbook.id} takes the secret ${secrets.join(', ')}, and an agent handles no secrets`,
      personRuns(given, desk),
    );
  return prepared;
}

/** What a person would type instead. */
export function personRuns(given: CallArguments, desk: Desk): string {
  const { input = [], env } = planOptions(given, desk);
  return quoteWords([
    'runbook',
    'run',
    requiredText(given, 'runbook'),
    ...(env === undefined ? [] : ['-e', env]),
    ...(desk.config === undefined ? [] : ['--config', desk.config]),
    ...input.flatMap((pair) => ['-i', pair]),
  ]);
}
