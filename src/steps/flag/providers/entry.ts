/** The configuration entry of a flag target: every key is known to its provider or refused, because what is misspelt would fall back in silence. */
import { isEntry, refuseUnknown } from '../../../clients/entry.ts';
import { redisKeys } from '../../../clients/redis/target.ts';
import type { Json } from '../../../interpreter/core/model/value.ts';
import { suggestion } from '../../../interpreter/language/suggest.ts';
import type { FlagEntry } from './provider.ts';
import { codeInArgv } from '../../../interpreter/language/sinks/code-in-argv.ts';

interface Keys {
  readonly may: readonly string[];
  readonly must?: readonly string[];
}

const keys = {
  command: { may: ['get', 'set', 'may', 'env'], must: ['get'] },
  file: { may: ['file'] },
  flagd: { may: ['url', 'file', 'token', 'context'], must: ['url'] },
  http: { may: ['url', 'token'], must: ['url'] },
  launchdarkly: { may: ['url', 'project', 'environment', 'token'], must: ['environment', 'token'] },
  ofrep: { may: ['url', 'token', 'context'], must: ['url'] },
  redis: { may: [...redisKeys, 'hash'] },
  unleash: { may: ['url', 'project', 'environment', 'token'], must: ['url', 'environment', 'token'] },
} as const satisfies Readonly<Record<string, Keys>>;

export const providers = Object.keys(keys) as readonly (keyof typeof keys)[];

/** Throws with words for the operator. */
export function readFlagEntry(given: Json): FlagEntry & { readonly provider: keyof typeof keys } {
  if (!isEntry(given)) throw new Error(`a flag target is a mapping with provider: ${providers.join(', ')}`);
  const provider = providers.find((one) => one === given['provider']);
  if (provider === undefined) {
    const named = String(given['provider'] ?? '');
    throw new Error(
      `the flag provider "${named}" is unknown; ${suggestion(named, providers) ?? `providers: ${providers.join(', ')}`}`,
    );
  }
  const where = `a flag target with provider ${provider}`;
  const { may, must = [] }: Keys = keys[provider];
  refuseUnknown(given, ['provider', 'names', ...may, 'members'], where);
  const missing = must.find((key) => given[key] === undefined);
  if (missing !== undefined) throw new Error(`${where} needs ${missing}`);
  if (provider === 'command') for (const key of ['get', 'set', 'may'] as const) refuseCode(key, given[key]);
  return { ...given, provider };
}

/** What is filled in is chosen by the runbook, or by whoever gives its inputs: it is an argument, never a part of a program. */
function refuseCode(key: string, given: Json | undefined): void {
  const argv = Array.isArray(given) ? (given as readonly Json[]).map(String) : [];
  const isFilled = /\{(?:flag|value|version|what)\}/;
  const wrong = codeInArgv(argv).find(({ index, beginning }) =>
    beginning === true ? argv[index]?.search(isFilled) === 0 : isFilled.test(argv[index] ?? ''),
  );
  if (wrong === undefined) return;
  throw new Error(
    `${key} of a flag target: what is filled into "${argv[wrong.index] ?? ''}" would be a program (${wrong.why}); ` +
      `pass it as an argument: [sh, -c, 'flagctl get "$1"', sh, "{flag}"]`,
  );
}
