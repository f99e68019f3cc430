/** How things look on this terminal: colours by meaning, and plain characters where the terminal has no others. */
import type { Tone } from './model/outline.ts';

export interface Look {
  readonly ascii: boolean;
  /** False: the operator has set NO_COLOR; bold, dim and inverse remain. */
  readonly colour: boolean;
}

/** UTF-8 by the locale; the Linux console and dumb terminals have no curves. */
export function lookOf(env: NodeJS.ProcessEnv): Look {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
  const unicode = /utf-?8/i.test(locale) && env['TERM'] !== 'linux' && env['TERM'] !== 'dumb';
  return { ascii: !unicode, colour: (env['NO_COLOR'] ?? '') === '' };
}

const plain: Readonly<Record<string, string>> = {
  '✓': '+',
  '✗': 'X',
  '▸': '>',
  '·': '.',
  '…': '~',
  '↻': '@',
  '⊘': 'o',
  '│': '|',
  '─': '-',
  '┄': '-',
  '⏎': '/',
  '→': '>',
  '←': '<',
  '↑': '^',
  '↓': 'v',
  '█': '_',
};

export const glyphs = (text: string, look: Look): string =>
  look.ascii ? text.replace(/[✓✗▸·…↻⊘│─┄⏎→←↑↓█]/g, (found) => plain[found] ?? '?') : text;

const colourCodes = /\u001b\[(?:3\d|4\d|9[0-7]|10[0-7])(?:;[\d;]*)?m/g;

/** A terminal in the colours and characters that it can show and that were asked for: Ink ends what it cuts with an ellipsis, and does not know NO_COLOR. */
export function plainly<T extends NodeJS.WriteStream>(stdout: T, look: Look): T {
  if (!look.ascii && look.colour) return stdout;
  const shown = (text: string): string => glyphs(look.colour ? text : text.replace(colourCodes, ''), look);
  return new Proxy(stdout, {
    get: (target, name): unknown => {
      if (name === 'write') return (text: string, ...rest: never[]) => target.write(shown(text), ...rest);
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

/** No grey: it vanishes on one background or the other; what matters less is dim. */
const colours: Readonly<Record<Tone, { readonly color?: string; readonly dimColor?: boolean; readonly bold?: boolean }>> = {
  plain: {},
  good: { color: 'green' },
  bad: { color: 'red', bold: true },
  warn: { color: 'yellow' },
  active: { color: 'cyan', bold: true },
  dim: { dimColor: true },
};

export const colourOf = (tone: Tone): (typeof colours)[Tone] => colours[tone];

export const borderOf = (look: Look): 'double' | 'classic' => (look.ascii ? 'classic' : 'double');
