/** What the keys of the run do; those of a question, the palette and the search are theirs. */

import type { OpenQuestion } from '../../interpreter/engine/operator.ts';
import { speak } from '../controls.ts';
import type { Instance } from '../../interpreter/core/model/state.ts';
import type { Line } from '../model/outline.ts';
import { outline } from '../model/outline.ts';
import type { Press } from './keys.ts';
import { commonPress, letterPress } from './keys.ts';
import type { ScreenStore } from './store.ts';
import type { LookAround } from './use-look.ts';
import { nameOf } from './use-question.ts';
import { useKeypress } from './keyboard.tsx';

export type Over = { readonly is: 'palette'; readonly begin: string } | { readonly is: 'help' | 'search' };

export interface Keys {
  readonly store: ScreenStore;
  readonly looking: LookAround;
  readonly over: Over | undefined;
  readonly setOver: (over: Over | undefined) => void;
  /** The step that runs or is asked about. */
  readonly present: string | undefined;
  readonly question: OpenQuestion | undefined;
  readonly questions: readonly OpenQuestion[];
  /** Lines that PgUp and PgDn scroll. */
  readonly page: number;
}

export function useKeys(keys: Keys): void {
  const { store, over, setOver, question, looking } = keys;
  useKeypress((input, key) => {
    if (key.ctrl && input === 'c') return interrupt(store);
    if (key.ctrl && input === 'd') return leave(store);
    const state = store.state();
    if (over?.is === 'help') return setOver(undefined);
    if (over !== undefined || state === undefined) return;
    const common = commonPress(input, key);
    if (common !== undefined) return press(common, keys);
    // Those of a typed line, and letters, are the question's.
    if (question !== undefined && !(key.ctrl && !['u', 'w', 'n'].includes(input))) return;
    const step = looking.now.chosen ?? keys.present;
    const begun = key.ctrl || key.meta || key.return ? undefined : letterPress(single(input), { step, state });
    if (begun !== undefined) return press(begun, keys);
    store.say(
      `${nameOf(input, key)} does nothing here; ${question === undefined ? '? shows the keys' : 'Ctrl-P shows all commands'}`,
    );
  });
}

/** A key that is held down comes several times at once and counts as one. */
const single = (input: string): string => (input === input.charAt(0).repeat(input.length) ? input.charAt(0) : input);

function press(pressed: Press, keys: Keys): void {
  const { store, looking, setOver, question, questions, present } = keys;
  const { whole } = looking.now;
  switch (pressed.is) {
    case 'palette':
      return setOver({ is: 'palette', begin: pressed.begin });
    case 'help':
    case 'search':
      return setOver({ is: pressed.is });
    case 'say':
      return say(store, pressed.words);
    case 'move':
      if (whole !== undefined) return looking.change((before) => ({ whole: Math.max(0, (before.whole ?? 0) + pressed.by) }));
      return looking.move(pressed.by, stepKeys(keys), present);
    case 'scroll':
      if (whole !== undefined)
        return looking.change((before) => ({ whole: Math.max(0, (before.whole ?? 0) - pressed.by * keys.page) }));
      return looking.change(({ output }) => ({ output: { ...output, up: Math.max(0, output.up + pressed.by * keys.page) } }));
    case 'first':
      return looking.choose(stepKeys(keys)[0]);
    case 'present':
      return back(looking);
    case 'open':
    case 'shut':
      return unfold(keys, pressed.is);
    case 'escape':
      return escape(keys);
    case 'failed':
      return nextFailed(keys);
    case 'whole':
      if (question === undefined) return store.say('Ctrl-O shows the whole text of a question; nothing is asked now');
      return looking.change((before) => ({ whole: before.whole === undefined ? 0 : undefined }));
    case 'other': {
      const next = questions[(questions.findIndex((one) => one.id === question?.id) + 1) % Math.max(1, questions.length)];
      return looking.change(() => ({ question: next?.id, chosen: undefined, whole: undefined }));
    }
    case 'fold':
      return looking.change(({ output }) => ({ output: { ...output, folded: !output.folded } }));
    case 'take':
      return store.act({ is: 'take' });
    case 'leave':
      return leave(store);
  }
}

/** Whoever looks around is brought back; an answer is never given by it. */
function escape({ looking, store, question }: Keys): void {
  const { chosen, whole, output } = looking.now;
  if (chosen === undefined && whole === undefined && output.up === 0 && output.search === '' && question !== undefined)
    store.say('Esc only goes back, it answers nothing; the line below tells the keys that do');
  back(looking);
}

const back = (looking: LookAround): void => {
  looking.change(({ output }) => ({ chosen: undefined, whole: undefined, output: { ...output, up: 0, search: '' } }));
};

const linesOf = ({ store, looking }: Pick<Keys, 'store' | 'looking'>): readonly Exclude<Line, { is: 'heading' }>[] => {
  const state = store.state();
  if (state === undefined) return [];
  return outline(store.options.plan, state, looking.now.opened).filter((line) => line.is !== 'heading');
};

const stepKeys = (keys: Keys): readonly string[] => linesOf(keys).map((line) => line.key);

/** Shows every item of the list that is looked at, or counts them again. */
function unfold(keys: Keys, how: 'open' | 'shut'): void {
  const { looking, store } = keys;
  const line = linesOf(keys).find((one) => one.key === looking.now.chosen);
  if (line === undefined) return store.say('choose a list with the arrows first: → shows its items, ← counts them');
  const list = line.is === 'fold' ? line.list : line.node.key;
  looking.change(({ opened, chosen }) => ({
    opened: how === 'open' ? [...opened, list] : opened.filter((one) => one !== list),
    chosen: line.is === 'fold' || how === 'shut' ? list : chosen,
  }));
}

function nextFailed(keys: Keys): void {
  const { store, looking, present } = keys;
  const all = stepKeys(keys);
  // A list and a group have failed because something in them has.
  const failed = linesOf(keys).flatMap((line) =>
    line.is === 'step' && line.node.kind !== 'group' && line.instance?.items === undefined && isBad(line.instance)
      ? [line.key]
      : [],
  );
  if (failed.length === 0) return store.say('no step has failed');
  const from = all.indexOf(looking.now.chosen ?? (failed.includes(present ?? '') ? '' : (all[0] ?? '')));
  const next = failed.find((key) => all.indexOf(key) > from) ?? failed[0];
  looking.choose(next);
  store.say(`failed ${String(failed.indexOf(next ?? '') + 1)} of ${String(failed.length)}`);
}

const isBad = (instance: Instance | undefined): boolean => instance?.status === 'failed' || instance?.status === 'unknown';

function leave(store: ScreenStore): void {
  if (store.options.bound) store.say('the run ends with this terminal; Ctrl-C stops it', true);
  else store.options.detach();
}

/** Ctrl-C is the signal of the viewer: whoever only watches leaves instead. */
function interrupt(store: ScreenStore): void {
  if (!store.controls().yours) return store.options.detach();
  store.say('stopping: running steps end, finally steps run. Ctrl-C again: at once, without undo and finally', true);
  process.kill(process.pid, 'SIGINT');
}

function say(store: ScreenStore, words: string): void {
  const state = store.state();
  if (state === undefined) return;
  const spoken = speak(words, { plan: store.options.plan, state, typeInput: store.options.typeInput });
  if (spoken.ok) store.act(spoken.act);
  else store.say(spoken.why, true);
}
