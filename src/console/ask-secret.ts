/** Asks for a secret on the terminal: nothing of it is shown, not even its length. */
import { StringDecoder } from 'node:string_decoder';
import { sanitize } from '../interpreter/guard/sanitize.ts';
import { CommandError, exitCodes } from './exit-codes.ts';

export const canAskSecrets = (): boolean => process.stdin.isTTY === true && process.stderr.isTTY === true;

type Typed = { readonly is: 'more' } | { readonly is: 'done'; readonly rest: string } | { readonly is: 'cancelled' };

/** Throws CommandError (11) at Ctrl-C and Ctrl-D. */
export function askSecret(question: string): Promise<string> {
  const { stdin, stderr } = process;
  const decoder = new StringDecoder('utf8');
  const line = createLine();
  stdin.setRawMode(true);
  stderr.write(sanitize(question));
  return new Promise((resolve, reject) => {
    const end = (): void => {
      stdin.off('data', take);
      stdin.off('end', cancel);
      stdin.pause();
      stdin.setRawMode(false);
      stderr.write('\n');
    };
    const cancel = (): void => {
      end();
      reject(
        new CommandError({
          exitCode: exitCodes.aborted,
          message: 'the secret was not given; nothing was done',
          hint: 'call the command again, or give the secret with -i NAME=env:VARIABLE or -i NAME=file:PATH',
        }),
      );
    };
    const take = (chunk: Buffer | string): void => {
      const typed = line.type(typeof chunk === 'string' ? chunk : decoder.write(chunk));
      if (typed.is === 'cancelled') cancel();
      if (typed.is !== 'done') return;
      end();
      // What was typed ahead is for whoever asks next.
      if (typed.rest !== '') stdin.unshift(Buffer.from(typed.rest));
      resolve(line.text());
    };
    stdin.on('data', take);
    stdin.on('end', cancel);
    stdin.resume();
  });
}

/** A line of a terminal in raw mode, with the usual keys to take back what was typed. */
export function createLine(): { type(keys: string): Typed; text(): string } {
  let typed: readonly string[] = [];
  return {
    type: (keys) => {
      const all = [...keys.replaceAll(/\u001b(?:\[[0-9;?]*[ -/]*[@-~]|O.)/g, '')];
      for (const [at, key] of all.entries()) {
        if (key === '\r' || key === '\n') return { is: 'done', rest: all.slice(at + 1).join('') };
        if (key === '\u0003' || key === '\u0004') return { is: 'cancelled' };
        if (key === '\u007f' || key === '\b') typed = typed.slice(0, -1);
        else if (key === '\u0015') typed = [];
        else if (key >= ' ' || key === '\t') typed = [...typed, key];
      }
      return { is: 'more' };
    },
    text: () => typed.join(''),
  };
}
