/** The command of a step, as far as whether it reads is judged by it. */
import type { CommandLine } from '../../clients/programs/judge.ts';
import { wordList } from '../../clients/programs/command-facts.ts';
import type { Json } from '../../interpreter/core/model/value.ts';

/** Undefined for a script, whose commands nobody here reads. */
export function commandLine(params: Readonly<Record<string, Json>>): CommandLine | undefined {
  const { argv, script, env, passEnv, stdin } = params;
  if (script !== undefined || argv === undefined) return undefined;
  const set = env !== null && typeof env === 'object' && !Array.isArray(env) ? Object.keys(env) : [];
  return { argv: wordList(argv), env: [...set, ...wordList(passEnv)], stdin: stdin !== undefined };
}
