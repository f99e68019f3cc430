/** Keys of the list, as data: what each begins. Only what is possible now is done; the palette says why not. */
import type { Key } from 'ink';
import type { State } from '../../interpreter/core/model/state.ts';

export type Press =
  | { readonly is: 'palette'; readonly begin: string }
  | { readonly is: 'say'; readonly words: string }
  | { readonly is: 'move'; readonly by: number }
  | { readonly is: 'scroll'; readonly by: number }
  | { readonly is: 'follow' | 'help' | 'fold' | 'search' | 'take' | 'detach' };

/** `step`: the chosen step, or the one that runs. `asking`: letters belong to the question. */
export function pressOf(
  input: string,
  key: Key,
  at: { readonly step: string | undefined; readonly state: State; readonly asking: boolean },
): Press | undefined {
  if (key.upArrow) return { is: 'move', by: -1 };
  if (key.downArrow) return { is: 'move', by: 1 };
  if (key.pageUp) return { is: 'scroll', by: 1 };
  if (key.pageDown) return { is: 'scroll', by: -1 };
  if (key.ctrl && input === 'p') return { is: 'palette', begin: '' };
  if (at.asking || key.ctrl || key.meta) return undefined;
  if (key.escape) return { is: 'follow' };
  const step = at.step === undefined ? '' : `${at.step} `;
  switch (input) {
    case ':':
      return { is: 'palette', begin: '' };
    case 'p':
      return { is: 'say', words: at.state.paused ? 'continue' : 'pause' };
    case 'c':
      return { is: 'say', words: 'continue' };
    case 's':
      return { is: 'say', words: 'step' };
    case 'x':
      return { is: 'palette', begin: `skip ${step}` };
    case 'r':
      return { is: 'palette', begin: `retry ${step}` };
    case 'e':
      return { is: 'palette', begin: `extend ${step}${step === '' ? '' : '5m '}` };
    case 'i':
      return { is: 'palette', begin: 'input ' };
    case 'n':
      return { is: 'palette', begin: 'note ' };
    case 'u':
      return { is: 'palette', begin: 'undo ' };
    case 't':
      return { is: 'take' };
    case 'd':
    case 'q':
      return { is: 'detach' };
    case 'f':
      return { is: 'fold' };
    case '/':
      return { is: 'search' };
    case '?':
    case 'h':
      return { is: 'help' };
    default:
      return undefined;
  }
}
