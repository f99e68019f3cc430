/** Keys of the run, as data: what each begins. A letter means the same everywhere: those that answer questions mean nothing else here. */
import type { Key } from 'ink';
import type { State } from '../../interpreter/core/model/state.ts';

export type Press =
  | { readonly is: 'palette'; readonly begin: string }
  | { readonly is: 'say'; readonly words: string }
  | { readonly is: 'move'; readonly by: number }
  | { readonly is: 'scroll'; readonly by: number }
  | {
      readonly is:
        | 'open'
        | 'shut'
        | 'first'
        | 'present'
        | 'failed'
        | 'whole'
        | 'other'
        | 'help'
        | 'fold'
        | 'search'
        | 'take'
        | 'leave'
        | 'escape';
    };

/** Keys that mean the same in every mode, also while a line is typed. */
export function commonPress(input: string, key: Key): Press | undefined {
  if (key.upArrow) return { is: 'move', by: -1 };
  if (key.downArrow) return { is: 'move', by: 1 };
  if (key.pageUp) return { is: 'scroll', by: 1 };
  if (key.pageDown) return { is: 'scroll', by: -1 };
  if (key.home) return { is: 'first' };
  if (key.end) return { is: 'present' };
  if (key.rightArrow) return { is: 'open' };
  if (key.leftArrow) return { is: 'shut' };
  if (key.escape) return { is: 'escape' };
  if (key.tab) return { is: 'other' };
  if (!key.ctrl) return undefined;
  switch (input) {
    case 'p':
      return { is: 'palette', begin: '' };
    case 'd':
      return { is: 'leave' };
    case 'f':
      return { is: 'failed' };
    case 'o':
      return { is: 'whole' };
    default:
      return undefined;
  }
}

/** Letters while nothing is asked. `step`: the chosen step, or the one that runs. */
export function letterPress(letter: string, at: { readonly step: string | undefined; readonly state: State }): Press | undefined {
  const step = at.step === undefined ? '' : `${at.step} `;
  switch (letter) {
    case 'p':
      return { is: 'say', words: at.state.paused ? 'continue' : 'pause' };
    case 'c':
      return { is: 'say', words: 'continue' };
    case 'm':
      return { is: 'say', words: 'step' };
    case 's':
      return { is: 'palette', begin: `skip ${step}` };
    case 'r':
      return { is: 'palette', begin: `retry ${step}` };
    case 'e':
      return { is: 'palette', begin: `extend ${step}${step === '' ? '' : '5m '}` };
    case 'i':
      return { is: 'palette', begin: 'input ' };
    case 'w':
      return { is: 'palette', begin: 'note ' };
    case 'u':
      return { is: 'palette', begin: 'undo ' };
    case 'a':
      return { is: 'palette', begin: 'abort ' };
    case 't':
      return { is: 'take' };
    case 'q':
      return { is: 'leave' };
    case 'f':
      return { is: 'failed' };
    case 'o':
      return { is: 'fold' };
    case '/':
      return { is: 'search' };
    case '?':
    case 'h':
      return { is: 'help' };
    default:
      return letter.startsWith(':') ? { is: 'palette', begin: letter.slice(1).replace(/[\r\n][\s\S]*$/, '') } : undefined;
  }
}
