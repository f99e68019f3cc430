/** The program on a real pseudo-terminal (util-linux' script makes it), its screen kept by a terminal emulator: what a person would see. */
import { spawn } from 'node:child_process';
import type { Terminal as Emulator } from '@xterm/headless';
import xterm from '@xterm/headless';
import { eventually, program } from './cli.ts';

export interface Terminal {
  /** Lines as they stand on the screen now, without blanks at the end. */
  screen(): readonly string[];
  sees(words: string): Promise<void>;
  /** Characters one after the other, as a keyboard sends them. */
  type(keys: string): Promise<void>;
  /** All of it at once: an escape sequence, or keys over a slow line. */
  send(keys: string): void;
  hangUp(): void;
  readonly code: Promise<number | null>;
}

const quote = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

export function openTerminal(
  args: readonly string[],
  options: {
    readonly cwd: string;
    readonly env: Readonly<Record<string, string>>;
    readonly columns?: number;
    readonly rows?: number;
  },
): Terminal {
  const { columns = 90, rows = 28 } = options;
  const command = `stty cols ${String(columns)} rows ${String(rows)}; exec ${[process.execPath, program, ...args].map(quote).join(' ')}`;
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => name !== 'CI' && name !== 'NO_COLOR'));
  const child = spawn('script', ['-qefc', command, '/dev/null'], {
    cwd: options.cwd,
    env: { ...inherited, ...options.env, TERM: 'xterm-256color' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const emulator: Emulator = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  child.stdout.on('data', (chunk: Buffer) => {
    emulator.write(chunk);
  });
  child.stdin.on('error', () => undefined);
  const screen = (): readonly string[] => {
    const { active } = emulator.buffer;
    return Array.from({ length: rows }, (_, row) => active.getLine(active.baseY + row)?.translateToString(true) ?? '');
  };
  return {
    screen,
    sees: async (words) => {
      try {
        await eventually(`"${words}" on the screen`, () => screen().some((line) => line.includes(words)));
      } catch (problem) {
        throw new Error(`${(problem as Error).message}; the screen is:\n${screen().join('\n')}`);
      }
    },
    type: async (keys) => {
      for (const key of keys) {
        child.stdin.write(key);
        await new Promise((resume) => setTimeout(resume, 15));
      }
    },
    send: (keys) => {
      child.stdin.write(keys);
    },
    hangUp: () => {
      child.kill('SIGHUP');
    },
    code: new Promise((done, fail) => {
      child.on('error', fail);
      child.on('close', (code) => {
        // The emulator reads what it was given a little later; the end is known when the screen is as it was left.
        emulator.write('', () => {
          done(code);
        });
      });
    }),
  };
}
