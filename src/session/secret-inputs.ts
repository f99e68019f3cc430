/** Values of secret inputs: read or asked for once, by whoever starts an engine, and kept in memory. A run's folder has only where each came from. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { resolveSecret } from '../interpreter/config/secrets.ts';
import type { Plan } from '../interpreter/core/model/plan.ts';
import type { Json } from '../interpreter/core/model/value.ts';
import { isMapping } from '../interpreter/document/steps.ts';
import { unmaskable } from '../interpreter/guard/redact.ts';
import { asked, secretHint, secretInput } from '../interpreter/plan/secret-inputs.ts';
import { askSecret, canAskSecrets } from '../console/ask-secret.ts';
import { usage } from '../console/exit-codes.ts';
import { namedPairs } from '../console/pairs.ts';
import { printError } from '../console/terminal.ts';

export type SecretInputs = Readonly<Record<string, string>>;

export interface Asking {
  /** `-i` of a command that continues with a stored run. */
  readonly input?: readonly string[];
  /** False: nobody is asked. */
  readonly questions?: boolean;
}

/** How long a file may take, ms: it may be the pipe of a command that asks for a finger. */
const limitMs = 60_000;
const mostTries = 3;

/** `declared`: the inputs of the runbook, for what their descriptions say. Throws CommandError (2) that names every secret that is not there. */
export async function secretInputsOf(plan: Plan, declared: Json | undefined, options: Asking): Promise<SecretInputs> {
  const sources = Object.entries({ ...plan.secretInputs, ...given(plan, options) });
  const read = await Promise.all(
    sources.filter(([, source]) => source !== asked).map(async ([name, source]) => [name, await valueOf(source)] as const),
  );
  const problems = read.flatMap(([name, value]) => ('why' in value ? [`secret input "${name}": ${value.why}`] : []));
  const toAsk = sources.filter(([, source]) => source === asked).map(([name]) => name);
  const mayAsk = options.questions !== false && canAskSecrets();
  if (!mayAsk) problems.push(...toAsk.map((name) => `secret input "${name}" is required: ${secretHint(name)}`));
  if (problems.length > 0)
    throw usage(
      problems.join('\nrunbook: '),
      'nothing was executed; another source is given with -i NAME=env:VARIABLE or -i NAME=file:PATH',
    );
  const values = read.flatMap(([name, value]) => ('secret' in value ? [[name, value.secret] as const] : []));
  for (const name of toAsk) values.push([name, await askFor(name, declared)]);
  return Object.fromEntries(values);
}

/** Only secrets are given again when a run is resumed or undone: all other inputs are part of its plan. */
function given(plan: Plan, { input = [] }: Asking): Readonly<Record<string, string>> {
  const pairs = Object.entries(namedPairs('--input', 'name=value', input));
  return Object.fromEntries(
    pairs.map(([name, text]) => {
      if (!Object.hasOwn(plan.secretInputs ?? {}, name))
        throw usage(
          `--input ${name}: only secret inputs are given again; the plan of the run has all others`,
          'leave it out; a new run takes new inputs',
        );
      const read = secretInput(name, withWholePath(text, process.cwd()));
      if ('code' in read) throw usage(read.message, read.hint);
      return [name, read.source];
    }),
  );
}

export const withWholePath = (reference: string, directory: string): string =>
  reference.startsWith('file:') ? `file:${resolve(directory, atHome(reference.slice('file:'.length).trim()))}` : reference;

/** No shell expands a tilde behind `file:`. */
const atHome = (path: string): string => (path.startsWith('~/') ? join(homedir(), path.slice(2)) : path);

async function valueOf(source: string): Promise<{ readonly secret: string } | { readonly why: string }> {
  try {
    const secret = await resolveSecret(source, AbortSignal.timeout(limitMs));
    const why = unmaskable(secret);
    return why === undefined ? { secret } : { why: `it ${why}` };
  } catch (problem) {
    return { why: (problem as Error).message };
  }
}

async function askFor(name: string, declared: Json | undefined): Promise<string> {
  const declaration = isMapping(declared) ? declared[name] : undefined;
  const about = isMapping(declaration) ? declaration['description'] : undefined;
  for (let tries = 1; ; tries += 1) {
    const secret = await askSecret(`${name}${typeof about === 'string' ? ` (${about})` : ''}, not shown: `);
    const why = secret === '' ? 'is empty' : unmaskable(secret);
    if (why === undefined) return secret;
    if (tries === mostTries)
      throw usage(
        `secret input "${name}" ${why}; nothing was executed`,
        `give it with -i ${name}=env:VARIABLE or -i ${name}=file:PATH`,
      );
    await printError(`It ${why}.`);
  }
}
