/** The keys that count now, one line for each mode; where there is little room the less important ones are left out. Pure. */

export type FooterMode =
  | { readonly is: 'run'; readonly paused: boolean; readonly stepMode: boolean; readonly finished: boolean }
  | { readonly is: 'options'; readonly keys: readonly string[]; readonly several: boolean }
  | { readonly is: 'typed'; readonly declines: string; readonly several: boolean }
  | { readonly is: 'reason' | 'palette' | 'search' | 'help' | 'whole' };

export interface Viewer {
  /** This viewer has the controls. */
  readonly yours: boolean;
  readonly holder: string;
  /** The run ends with this terminal. */
  readonly bound: boolean;
}

/** `rank`: 0 stays always. */
interface Part {
  readonly text: string;
  readonly rank: number;
}

const separator = ' · ';

export function footerOf(mode: FooterMode, viewer: Viewer, columns: number): string {
  let parts = [...keysOf(mode, viewer), ...exits(mode, viewer)];
  const text = (): string => parts.map((part) => part.text).join(separator);
  while (text().length > columns) {
    const last = Math.max(...parts.map((part) => part.rank));
    if (last === 0) break;
    const at = parts.findLastIndex((part) => part.rank === last);
    parts = parts.filter((_, index) => index !== at);
  }
  return text();
}

function keysOf(mode: FooterMode, viewer: Viewer): readonly Part[] {
  switch (mode.is) {
    case 'run':
      return runKeys(mode, viewer);
    case 'options':
      return [
        { text: mode.keys.join(separator), rank: 0 },
        { text: 'Ctrl-O whole text', rank: 2 },
        ...several(mode.several),
        { text: '↑↓ look', rank: 3 },
        { text: 'End back', rank: 5 },
        { text: 'Ctrl-P all commands', rank: 4 },
      ];
    case 'typed':
      return [
        { text: 'Enter sends', rank: 0 },
        { text: `Ctrl-N ${mode.declines}`, rank: 1 },
        { text: 'Ctrl-O whole text', rank: 3 },
        ...several(mode.several),
        { text: '↑↓ look', rank: 4 },
        { text: 'Ctrl-P all commands', rank: 5 },
      ];
    case 'reason':
      return [
        { text: 'Enter sends', rank: 0 },
        { text: 'Esc goes back', rank: 1 },
      ];
    case 'palette':
      return [
        { text: 'Enter does it', rank: 0 },
        { text: 'Tab completes', rank: 2 },
        { text: 'Esc closes', rank: 1 },
      ];
    case 'search':
      return [
        { text: 'Enter searches, an empty line shows all', rank: 0 },
        { text: 'Esc closes', rank: 1 },
      ];
    case 'help':
      return [{ text: 'any key closes', rank: 0 }];
    case 'whole':
      return [
        { text: '↑↓ PgUp PgDn scroll', rank: 0 },
        { text: 'Esc closes', rank: 1 },
      ];
  }
}

function runKeys(mode: Extract<FooterMode, { is: 'run' }>, viewer: Viewer): readonly Part[] {
  const steer = mode.paused || mode.stepMode ? 'c continue' : 'p pause';
  return [
    ...(viewer.yours || mode.finished ? [] : [{ text: `${viewer.holder} has the controls, t takes them`, rank: 0 }]),
    { text: ': all commands', rank: 4 },
    ...(mode.finished || !viewer.yours ? [] : [{ text: steer, rank: mode.paused || mode.stepMode ? 0 : 3 }]),
    { text: '↑↓ look', rank: 2 },
    { text: 'f next failed', rank: 6 },
    { text: 'End back', rank: 5 },
    { text: '? help', rank: 1 },
  ];
}

const several = (some: boolean): readonly Part[] => (some ? [{ text: 'Tab next question', rank: 2 }] : []);

/** Leaving works in every mode. */
function exits(mode: FooterMode, { yours, bound }: Viewer): readonly Part[] {
  const leave = bound ? [] : [{ text: mode.is === 'run' ? 'q leave' : 'Ctrl-D leave', rank: 0 }];
  const more = mode.is === 'run' || mode.is === 'help' ? ' (twice: at once)' : '';
  return [...leave, ...(yours ? [{ text: `Ctrl-C stop${more}`, rank: 1 }] : [])];
}
