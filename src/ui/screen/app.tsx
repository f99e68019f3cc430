/** The picture of a run: where am I, what is happening, what is asked, what can I do. Drawn from plan and folded state alone. */
import { Box, Text, useInput, useStdout } from 'ink';
import { useEffect, useState } from 'react';
import type { ReactElement } from 'react';
import type { Plan } from '../../interpreter/core/model/plan.ts';
import type { State } from '../../interpreter/core/model/state.ts';
import { sanitize } from '../../interpreter/guard/sanitize.ts';
import { speak } from '../controls.ts';
import { headOf } from '../model/header.ts';
import { outline } from '../model/outline.ts';
import type { OutputView } from './detail.tsx';
import { Details } from './detail.tsx';
import { Help, helpHeight } from './help.tsx';
import type { Press } from './keys.ts';
import { pressOf } from './keys.ts';
import { List } from './list.tsx';
import type { Look } from '../theme.ts';
import { glyphs } from '../theme.ts';
import { Palette } from './palette.tsx';
import { QuestionBox, questionHeight } from './question.tsx';
import { SearchLine } from './search.tsx';
import type { ScreenStore } from './store.ts';

const lookEveryMs = 100;
/** Without news, clocks and curves move this often. */
const idleMs = 500;
const wide = 110;

export interface AppProps {
  readonly store: ScreenStore;
  readonly monotonic: () => number;
  readonly look: Look;
}

type Over = { readonly is: 'palette'; readonly begin: string } | { readonly is: 'help' | 'search' };

export function App({ store, monotonic, look }: AppProps): ReactElement {
  useNews(store, monotonic);
  const { stdout } = useStdout();
  const [over, setOver] = useState<Over>();
  const [chosen, setChosen] = useState<string>();
  const [output, setOutput] = useState<OutputView>({ up: 0, search: '', folded: false });
  const state = store.state();
  const question = store.question();
  const width = stdout.columns ?? 80;
  const height = Math.max(8, (stdout.rows ?? 24) - 1);
  const running = state === undefined ? [] : activeKeys(store.options.plan, state);
  const keys = chosen === undefined ? running : [chosen];
  const move = (by: number): void => {
    if (state === undefined) return;
    const steps = outline(store.options.plan, state).flatMap((line) => (line.is === 'step' ? [line.key] : []));
    const at = steps.indexOf(chosen ?? running[0] ?? steps[0] ?? '');
    setChosen(steps[Math.max(0, Math.min(steps.length - 1, at + by))]);
    setOutput({ ...output, up: 0 });
  };
  const press = (pressed: Press): void => {
    switch (pressed.is) {
      case 'palette':
        return setOver({ is: 'palette', begin: pressed.begin });
      case 'say':
        return say(store, pressed.words);
      case 'move':
        return move(pressed.by);
      case 'scroll':
        return setOutput({ ...output, up: Math.max(0, output.up + pressed.by * Math.floor(height / 2)) });
      case 'follow':
        setChosen(undefined);
        return setOutput({ up: 0, search: '', folded: output.folded });
      case 'fold':
        return setOutput({ ...output, folded: !output.folded });
      case 'take':
        return store.act({ is: 'take' });
      case 'detach':
        return store.options.bound ? store.say('the run ends with this terminal; Ctrl-C stops it', true) : store.options.detach();
      case 'help':
      case 'search':
        return setOver({ is: pressed.is });
    }
  };
  useInput((input, key) => {
    if (key.ctrl && input === 'c') return interrupt(store);
    if (over?.is === 'help') return setOver(undefined);
    if (over !== undefined || state === undefined) return;
    const pressed = pressOf(input, key, { step: keys[0], state, asking: question !== undefined });
    if (pressed !== undefined) press(pressed);
  });
  if (state === undefined) return <Text>starting</Text>;
  const overHeight =
    over === undefined ? 0 : over.is === 'help' ? helpHeight : over.is === 'search' ? 1 : Math.min(14, Math.floor(height / 2));
  const asked = question === undefined ? 0 : questionHeight(question);
  const body = Math.max(1, height - 5 - overHeight - asked);
  return (
    <Box flexDirection="column" width={width} height={height} overflow="hidden">
      <HeadLines store={store} state={state} look={look} />
      <Body {...{ store, state, keys, chosen, output, look, width }} height={body} />
      {question === undefined ? null : (
        <QuestionBox key={question.id} {...{ store, question, monotonic, width, look }} active={over === undefined} />
      )}
      {over?.is === 'palette' ? (
        <Palette {...{ store, state, width, look }} begin={over.begin} height={overHeight} close={() => setOver(undefined)} />
      ) : null}
      {over?.is === 'help' ? <Help width={width} look={look} bound={store.options.bound} /> : null}
      {over?.is === 'search' ? (
        <SearchLine
          begin={output.search}
          close={(search) => {
            setOutput({ ...output, up: 0, search });
            setOver(undefined);
          }}
        />
      ) : null}
      <Footer store={store} state={state} look={look} />
    </Box>
  );
}

/** Draws when there is news, and at a walking pace otherwise. */
function useNews(store: ScreenStore, monotonic: () => number): void {
  const [, setDrawn] = useState('');
  useEffect(() => {
    const timer = setInterval(() => {
      setDrawn(`${String(store.version())} ${String(Math.floor(monotonic() / idleMs))}`);
    }, lookEveryMs);
    return () => {
      clearInterval(timer);
    };
  }, [store, monotonic]);
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

/** Steps that run now, the longest running first; guards run all the time and are not shown here. */
function activeKeys(plan: Plan, state: State): readonly string[] {
  return Object.keys(state.open).filter((key) => {
    const instance = state.instances[key];
    const node = instance === undefined ? undefined : plan.nodes[instance.node];
    return instance?.status === 'running' && node?.lane !== 'watch' && node?.kind !== 'group' && instance.items === undefined;
  });
}

function HeadLines({
  store,
  state,
  look,
}: {
  readonly store: ScreenStore;
  readonly state: State;
  readonly look: Look;
}): ReactElement {
  const head = headOf(store.options.plan, state, store.now());
  return (
    <Box flexDirection="column">
      <Text bold wrap="truncate">
        {glyphs(sanitize(head.title), look)}
      </Text>
      <Text wrap="truncate">{glyphs(sanitize(head.where), look)}</Text>
      <Text dimColor wrap="truncate">
        {glyphs(sanitize(head.changed), look)}
      </Text>
    </Box>
  );
}

interface BodyProps {
  readonly store: ScreenStore;
  readonly state: State;
  readonly keys: readonly string[];
  readonly chosen: string | undefined;
  readonly output: OutputView;
  readonly look: Look;
  readonly width: number;
  readonly height: number;
}

/** Beside each other on a wide terminal, below each other on a narrow one; a short one has the list only. */
function Body({ store, state, keys, chosen, output, look, width, height }: BodyProps): ReactElement {
  const beside = width >= wide;
  const below = !beside && height >= 9 && keys.length > 0;
  const listWidth = beside ? Math.floor(width * 0.5) : width;
  const detailHeight = beside ? height : below ? Math.floor(height * 0.5) : 0;
  const lines = outline(store.options.plan, state);
  const now = store.now();
  return (
    <Box flexDirection={beside ? 'row' : 'column'} height={height} width={width} overflow="hidden">
      <List
        {...{ lines, state, now, look }}
        focus={chosen}
        chosen={chosen !== undefined}
        width={beside ? listWidth - 1 : listWidth}
        height={beside ? height : height - detailHeight}
      />
      {beside ? <Box width={1} /> : null}
      <Details {...{ store, keys, output, look }} width={beside ? width - listWidth : width} height={detailHeight} />
    </Box>
  );
}

function Footer({
  store,
  state,
  look,
}: {
  readonly store: ScreenStore;
  readonly state: State;
  readonly look: Look;
}): ReactElement {
  const notice = store.notice();
  const { yours, holder } = store.controls();
  const other = store.others()[0];
  const who = yours ? '' : `${holder?.name ?? 'nobody'} has the controls, t takes them · `;
  const waits = other === undefined ? '' : `${other.key} is asked · `;
  const leave = store.options.bound ? '' : ' · d leave';
  const stop = yours ? ' · Ctrl-C stop (twice: at once)' : '';
  return (
    <Box flexDirection="column">
      <Text wrap="truncate" {...(notice?.bad === true ? { color: 'red' } : {})}>
        {notice === undefined ? ' ' : glyphs(sanitize(notice.text), look)}
      </Text>
      <Text dimColor wrap="truncate">
        {glyphs(
          `${sanitize(who + waits)}: do · p ${state.paused ? 'continue' : 'pause'} · ↑↓ look · ? help${leave}${stop}`,
          look,
        )}
      </Text>
    </Box>
  );
}
