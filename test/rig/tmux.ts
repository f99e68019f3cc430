/** A person at terminals: windows of a real tmux, read from the screen and typed into, never looked behind. */
import { execFileSync } from 'node:child_process';
import { eventually, program } from './cli.ts';

export interface Window {
  /** The screen as it stands, without blanks at the ends of lines. */
  screen(): string;
  sees(words: string | RegExp, limitMs?: number): Promise<string>;
  /** Types text and keys, one after the other; names of keys as tmux has them (Enter, Escape, Up, C-c). */
  press(...keys: readonly string[]): void;
  /** Types text as it is; a line break is Enter. */
  types(text: string): void;
  /** Types text, sees it on the screen, and presses Enter, as a person does. */
  fills(text: string): Promise<void>;
  /** The terminal is gone, as when its window is closed. */
  close(): void;
}

export interface Tmux {
  /** Opens a window with a shell; `runbook` is the built program. */
  window(command?: string): Window;
  end(): void;
}

export function openTmux(options: {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly columns?: number;
  readonly rows?: number;
}): Tmux {
  const { columns = 100, rows = 36 } = options;
  const socket = `runbook-test-${String(process.pid)}-${String(performance.now()).replace('.', '')}`;
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !['CI', 'NO_COLOR', 'TMUX'].includes(name)),
  );
  const env = { ...inherited, ...options.env, TERM: 'xterm-256color', LC_ALL: 'C.UTF-8', PS1: '$ ' };
  const tmux = (...args: readonly string[]): string =>
    execFileSync('tmux', ['-L', socket, '-f', '/dev/null', ...args], { encoding: 'utf8', env, cwd: options.cwd });
  let count = 0;
  return {
    window: (command) => {
      count += 1;
      const name = `w${String(count)}`;
      const shell = ['env', '-i', ...Object.entries(env).map(([key, value]) => `${key}=${value ?? ''}`), 'bash', '--norc', '-i'];
      tmux('new-session', '-d', '-s', name, '-x', String(columns), '-y', String(rows), ...shell);
      const one = windowOf(tmux, name);
      one.types(`runbook() { ${process.execPath} ${program} "$@"; }; clear\n`);
      if (command !== undefined) one.types(`${command}\n`);
      return one;
    },
    end: () => {
      try {
        tmux('kill-server');
      } catch {
        // every window has been closed
      }
    },
  };
}

function windowOf(tmux: (...args: readonly string[]) => string, name: string): Window {
  const screen = (): string => tmux('capture-pane', '-p', '-t', name).replaceAll(/ +$/gm, '').trimEnd();
  const sees = async (words: string | RegExp, limitMs = 30_000): Promise<string> => {
    try {
      await eventually(
        `${String(words)} on the screen`,
        () => (typeof words === 'string' ? screen().includes(words) : words.test(screen())),
        limitMs,
      );
    } catch (problem) {
      throw new Error(`${(problem as Error).message}; the screen is:\n${screen()}`);
    }
    return screen();
  };
  return {
    screen,
    sees,
    fills: async (text) => {
      tmux('send-keys', '-t', name, '-l', text);
      await sees(text);
      tmux('send-keys', '-t', name, 'Enter');
    },
    press: (...keys) => {
      for (const key of keys) tmux('send-keys', '-t', name, key);
    },
    types: (text) => {
      for (const part of text.split(/(\n)/))
        if (part === '\n') tmux('send-keys', '-t', name, 'Enter');
        else if (part !== '') tmux('send-keys', '-t', name, '-l', part);
    },
    close: () => {
      tmux('kill-session', '-t', name);
    },
  };
}
