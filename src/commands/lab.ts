/** `runbook lab`: hands over to the lab's own program, which imports nothing of the interpreter. `demo` rehearses ws-desync on it. */
import { call } from '../console/call.ts';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError, exitCodes, usage } from '../console/exit-codes.ts';
import type { OutputOption } from '../console/options.ts';
import { packageRoot } from './schema.ts';

export const labVerbs: readonly string[] = [
  'install',
  'worlds',
  'up',
  'down',
  'status',
  'fault',
  'heal',
  'disable',
  'verify',
  'env',
  'config',
  'demo',
];

export async function lab(verb: string, words: readonly string[], options: OutputOption): Promise<number> {
  if (!labVerbs.includes(verb)) throw usage(`lab ${verb}: unknown`, `lab knows ${labVerbs.join(', ')}`);
  const program = labProgram();
  if (verb === 'demo') return (await import('./demo.ts')).demo(program);
  return call(program, [verb, ...words, ...(options.output === 'json' ? ['--json'] : [])]);
}

function labProgram(): string {
  const path = join(packageRoot(), 'dist', 'lab.js');
  if (!existsSync(path))
    throw new CommandError({
      exitCode: exitCodes.failed,
      message: `the lab is not part of this installation (${path})`,
      hint: 'run npm run build in a checkout',
    });
  return path;
}
