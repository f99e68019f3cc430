/** Pipes for the streams of children, used by one child after the other. */
import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { Pipes } from './pipes.ts';
import { openPipes } from './pipes.ts';

const opened = async (): Promise<Pipes> => {
  const pipes = await openPipes();
  if (pipes === undefined) throw new Error('this machine makes no pipes');
  return pipes;
};

/** What a child printed that had ended before this process began to read. */
async function printed(pipes: Pipes, text: string): Promise<string> {
  if (text !== '') writeSync(pipes.stdout, text);
  const { stdout, stderr } = pipes.attach();
  stdout.setEncoding('utf8');
  let all = '';
  stdout.on('data', (chunk: string) => (all += chunk));
  stderr.resume();
  await Promise.all([once(stdout, 'end'), once(stderr, 'end')]);
  pipes.release(true);
  return all;
}

it('tell the end of a child that ended at once, also when they serve a second one', async () => {
  expect(await printed(await opened(), '')).toBe('');
  expect(await printed(await opened(), 'first\n')).toBe('first\n');
  expect(await printed(await opened(), '')).toBe('');
});
