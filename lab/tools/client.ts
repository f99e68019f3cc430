/** What stands on PATH for every tool of a world: `node dist/lab-tool.js NAME ARGUMENT...` asks the world's process and prints its answer. */
import { readFileSync } from 'node:fs';
import type { Invocation, ToolResult } from './tool.ts';

async function main([name = '', ...argv]: readonly string[]): Promise<number> {
  const control = process.env['RUNBOOK_LAB_CONTROL'];
  if (control === undefined) throw new Error('RUNBOOK_LAB_CONTROL is not set: is the lab up?');
  const readsInput = argv.some((one) => one === '-' || one === '/dev/stdin' || one === '-i' || one.startsWith('-it'));
  const invocation: Invocation = {
    argv,
    host: process.env['RUNBOOK_LAB_HOST'] ?? '',
    cwd: process.cwd(),
    env: process.env,
    stdin: readsInput && !process.stdin.isTTY ? readFileSync(0, 'utf8') : '',
  };
  const reply = await fetch(`${control}/tools/${encodeURIComponent(name)}`, { method: 'POST', body: JSON.stringify(invocation) });
  const result = (await reply.json()) as ToolResult & { readonly error?: string };
  if (result.error !== undefined) throw new Error(result.error);
  process.stdout.write(result.stdout ?? '');
  process.stderr.write(result.stderr ?? '');
  return result.code;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (problem: unknown) => {
    process.stderr.write(`${problem instanceof Error ? problem.message : String(problem)}\n`);
    process.exitCode = 1;
  },
);
