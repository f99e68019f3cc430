/** Reads `runbook.config.yaml`: the nearest one upward from the working directory, or the one named with --config. */
import { resolve } from 'node:path';
import { readText } from '../document/read-text.ts';
import { suggestion } from '../language/suggest.ts';
import { refusal } from './diagnostics.ts';
import type { Found } from './found.ts';
import { configFile, findConfig } from './found.ts';
import { readConfig } from './read.ts';
import type { Config, Environment, LoadedConfig } from './types.ts';
import { emptyEnvironment } from './types.ts';

const nothing: Config = { environments: {}, roles: {} };

/** No file at all is not an error: a runbook without targets and secrets needs none. A file that is named must exist. */
export async function loadConfig(options: { readonly path?: string; readonly directory: string }): Promise<LoadedConfig> {
  const directory = resolve(options.directory);
  const found: Found | undefined =
    options.path === undefined ? findConfig(directory, configFile) : { trusted: true, path: resolve(directory, options.path) };
  if (found === undefined) return { config: nothing, diagnostics: [] };
  if (!found.trusted) {
    const hint = `name it to use it all the same: --config ${found.path}`;
    const message = `the configuration was found here and is not trusted: ${found.why}`;
    return { config: nothing, diagnostics: [refusal(found.path, 'config-untrusted', message, hint)] };
  }
  const read = readText(found.path, found.path);
  if (read.ok) return readConfig(read.text, found.path);
  const { code, message, hint } = read.diagnostic;
  const isTooLarge = code === 'yaml/too-large';
  const diagnostic = isTooLarge
    ? refusal(found.path, 'config-too-large', 'the configuration is larger than 1 MiB')
    : refusal(found.path, 'config-unreadable', `the configuration cannot be read: ${message}`, hint);
  return { config: nothing, diagnostics: [diagnostic] };
}

export type Selected =
  | { readonly ok: true; readonly environment: Environment }
  | { readonly ok: false; readonly message: string; readonly hint?: string };

/** The only environment is the default; of several one must be chosen (`-e`). */
export function selectEnvironment(config: Config, name: string | undefined): Selected {
  const selected = environmentNamed(config, name);
  if (!selected.ok) return selected;
  const { stepTypes, anchor, vouchingAccounts } = config;
  const shared = [...new Set([...(config.sharedAccounts ?? []), ...(selected.environment.sharedAccounts ?? [])])];
  return {
    ok: true,
    environment: {
      ...selected.environment,
      ...(stepTypes === undefined ? {} : { stepTypes }),
      ...(shared.length === 0 ? {} : { sharedAccounts: shared }),
      ...(vouchingAccounts === undefined ? {} : { vouchingAccounts }),
      ...(anchor === undefined ? {} : { anchor }),
    },
  };
}

function environmentNamed(config: Config, name: string | undefined): Selected {
  const names = Object.keys(config.environments);
  if (name === undefined) {
    const [first, second] = names;
    if (first === undefined) return { ok: true, environment: emptyEnvironment };
    if (second !== undefined)
      return { ok: false, message: 'the configuration has several environments', hint: `choose one: -e ${names.join(' | ')}` };
    return environmentNamed(config, first);
  }
  const environment = Object.hasOwn(config.environments, name) ? config.environments[name] : undefined;
  if (environment !== undefined) return { ok: true, environment };
  const hint = config.path === undefined ? 'there is no runbook.config.yaml here or above' : suggestion(name, names);
  return { ok: false, message: `unknown environment "${name}"`, ...(hint === undefined ? {} : { hint }) };
}
