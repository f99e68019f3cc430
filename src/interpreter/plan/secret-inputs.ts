/** Inputs of type `secret`: a plan says where each comes from and never what it is. */
import type { Json, Value } from '../core/model/value.ts';
import { mask } from '../core/model/value.ts';
import type { Mapping } from './json.ts';
import type { Problem } from './problem.ts';
import { problem } from './problem.ts';

/** The name in the vault, which no secret of a configuration can have. */
export const vaultName = (input: string): string => `inputs.${input}`;

/** Somebody types it, without an echo. */
export const asked = 'asked';

/** Keys of a declaration that would tell something of the secret, or could not be checked without a look at it. */
export const notForSecrets: readonly string[] = ['default', 'enum', 'pattern', 'min', 'max', 'of', 'neededBy'];

export const isSecretInput = (declaration: Mapping): boolean => declaration['type'] === 'secret';

/** How a secret is given; also the hint where one is missing. */
export const secretHint = (name: string): string =>
  `write -i ${name}=env:VARIABLE or -i ${name}=file:PATH; on a terminal, leave it out and type it when asked`;

export interface SecretInput {
  readonly value: Value;
  readonly source: string;
}

/** A reference is all that may be given: whatever else is on a command line is seen by everybody on the machine. */
export function secretInput(name: string, given: Json | undefined): SecretInput | Problem {
  const value: Value = { json: mask, secret: { '': vaultName(name) } };
  if (given === undefined || given === null) return { value, source: asked };
  if (typeof given === 'string' && /^(?:env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$/s.test(given)) return { value, source: given };
  return problem(
    'secret-input',
    `input "${name}" is a secret and was given in clear: change the secret, it may be known now`,
    secretHint(name),
  );
}
