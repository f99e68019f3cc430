/** JSON lines over a socket: whole lines in, whole lines out. */
import type { Socket } from 'node:net';
import { refuseDeep } from '../core/model/json.ts';
import { longestLine } from './protocol.ts';

/** Calls `take` with each line's value; `wrong` once when the other side sends something else, after which nothing more is taken. */
export function readLines(socket: Socket, take: (value: unknown) => void, wrong: (why: string) => void): void {
  let rest = '';
  let over = false;
  const stop = (why: string): void => {
    over = true;
    rest = '';
    wrong(why);
  };
  socket.setEncoding('utf8');
  socket.on('data', (chunk) => {
    if (over) return;
    rest += String(chunk);
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const value = parsed(line);
      if (value === undefined) {
        stop('not a line of JSON');
        return;
      }
      take(value);
    }
    if (rest.length > longestLine) stop(`a line longer than ${String(longestLine)} bytes`);
  });
}

function parsed(line: string): unknown {
  try {
    refuseDeep(line);
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}

export const jsonLine = (value: object): string => `${JSON.stringify(value)}\n`;
