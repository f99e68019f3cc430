/** The terminal of a plain picture: whole lines both ways. */
import { createInterface } from 'node:readline';
import type { LineTerminal } from '../ui/plain/open.ts';
import { print } from '../console/terminal.ts';

export function plainTerminal(): LineTerminal {
  const lines = createInterface({ input: process.stdin, terminal: false });
  return {
    print: (line) => void print(line),
    onLine: (take) => {
      lines.on('line', take);
    },
    close: () => {
      lines.close();
    },
  };
}
