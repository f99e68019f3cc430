/** `runbook lab`: hands over to the lab's own program, which imports nothing of the interpreter. `demo` rehearses ws-desync on it. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { CommandError, exitCodes, usage } from '../console/exit-codes.ts';
import type { OutputOption } from '../console/options.ts';
import { packageRoot } from '../console/package-root.ts';

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
  return inThisProcess(program, [verb, ...words, ...(options.output === 'json' ? ['--json'] : [])]);
}

/** A plain call, such as rehearsals make several of for each run: commander need not be read for it. Undefined: let commander explain the line. */
export function plainLabCall(argv: readonly string[]): (() => Promise<number>) | undefined {
  const [name, verb = '', ...words] = argv;
  const isPlain = name === 'lab' && labVerbs.includes(verb) && verb !== 'demo' && words.every((word) => /^[a-z0-9]/.test(word));
  return isPlain ? () => lab(verb, words, { output: 'text' }) : undefined;
}

/**
 * The program reads its words where a process has them. Another process would take as long to start as most verbs need, and so would `import`,
 * which looks through all of a CommonJS file for names that it may export.
 */
function inThisProcess(program: string, words: readonly string[]): Promise<number> {
  process.argv = [process.execPath, program, ...words];
  return (createRequire(program)(program) as { readonly ended: Promise<number> }).ended;
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
