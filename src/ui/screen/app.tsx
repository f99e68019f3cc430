/** The picture of a run: where am I, what is happening, what is asked, what can I do. Drawn from plan and folded state alone. */
import { Box, Text, useStdout } from 'ink';
import { useEffect, useState } from 'react';
import type { ReactElement, ReactNode } from 'react';
import type { Plan } from '../../interpreter/core/model/plan.ts';
import type { State } from '../../interpreter/core/model/state.ts';
import { bannerOf } from '../model/banner.ts';
import type { FooterMode } from '../model/footer.ts';
import type { Look } from '../theme.ts';
import { Body } from './body.tsx';
import { Footer } from './footer.tsx';
import { HeadLines } from './head.tsx';
import { Keyboard } from './keyboard.tsx';
import { Help, helpHeight } from './help.tsx';
import { Palette } from './palette.tsx';
import { QuestionMode } from './question-mode.tsx';
import { SearchLine } from './search.tsx';
import type { ScreenStore } from './store.ts';
import { useKeys } from './use-keys.ts';
import type { Over } from './use-keys.ts';
import { useLook } from './use-look.ts';
import { deafMs } from './use-question.ts';

const lookEveryMs = 100;
/** Without news, clocks and curves move this often. */
const idleMs = 500;
const headRows = 3;
const footerRows = 2;

export interface AppProps {
  readonly store: ScreenStore;
  readonly monotonic: () => number;
  readonly look: Look;
  /** How long a question takes no keys after it has appeared, ms. */
  readonly deaf?: number;
}

export const App = (props: AppProps): ReactElement => (
  <Keyboard>
    <Run {...props} />
  </Keyboard>
);

function Run({ store, monotonic, look, deaf = deafMs }: AppProps): ReactElement {
  useNews(store, monotonic);
  const { stdout } = useStdout();
  const [over, setOver] = useState<Over>();
  const looking = useLook();
  const state = store.state();
  const questions = store.questions();
  const question = questions.find((one) => one.id === looking.now.question) ?? questions[0];
  const width = stdout.columns ?? 80;
  const height = Math.max(8, (stdout.rows ?? 24) - 1);
  const running = state === undefined ? [] : activeKeys(store.options.plan, state);
  const present = question?.key ?? running[0];
  useKeys({ store, looking, over, setOver, present, question, questions, page: Math.floor(height / 2) });
  if (state === undefined) return <Text>starting</Text>;
  const { chosen, output, whole, opened } = looking.now;
  const banner = bannerOf(store.options.plan, state, { at: chosen, present, asking: question !== undefined });
  const lying =
    over === undefined
      ? undefined
      : overlay(over, { store, state, width, height, look, looking, close: () => setOver(undefined) });
  const rows = height - headRows - footerRows - (banner === undefined ? 0 : 1);
  const keys = chosen !== undefined ? [chosen] : question !== undefined ? [question.key] : running;
  const body = (bodyRows: number): ReactNode => (
    <Body {...{ store, state, keys, chosen, opened, output, look, width }} asked={question?.key} height={Math.max(1, bodyRows)} />
  );
  return (
    <Box flexDirection="column" width={width} height={height} overflow="hidden">
      <HeadLines {...{ store, state, banner, look }} />
      {question === undefined ? (
        <>
          {body(rows - (lying?.height ?? 0))}
          {lying?.picture}
          <Footer store={store} mode={lying?.mode ?? runMode(state)} width={width} look={look} />
        </>
      ) : (
        <QuestionMode
          key={question.id}
          {...{ store, state, question, whole, body, look, deaf }}
          at={questions.indexOf(question)}
          of={questions.length}
          size={{ width, height: rows }}
          over={lying}
        />
      )}
    </Box>
  );
}

const runMode = (state: State): FooterMode => ({
  is: 'run',
  paused: state.paused,
  stepMode: state.stepMode,
  finished: state.phase === 'finished',
});

interface Lying {
  readonly mode: FooterMode;
  readonly height: number;
  readonly picture: ReactNode;
}

/** What lies over the picture, and the room it takes. */
function overlay(
  over: Over,
  at: {
    readonly store: ScreenStore;
    readonly state: State;
    readonly width: number;
    readonly height: number;
    readonly look: Look;
    readonly looking: ReturnType<typeof useLook>;
    readonly close: () => void;
  },
): Lying {
  const { store, state, width, look, looking, close } = at;
  const mode = { is: over.is };
  switch (over.is) {
    case 'palette': {
      const height = Math.min(14, Math.floor(at.height / 2));
      return { mode, height, picture: <Palette {...{ store, state, width, look, height, close }} begin={over.begin} /> };
    }
    case 'help':
      return { mode, height: helpHeight, picture: <Help width={width} look={look} bound={store.options.bound} /> };
    case 'search': {
      const search = (words: string): void => {
        looking.change(({ output }) => ({ output: { ...output, up: 0, search: words } }));
        close();
      };
      return { mode, height: 1, picture: <SearchLine begin={looking.now.output.search} close={search} /> };
    }
  }
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

/** Steps that run now, the longest running first; guards run all the time and are not shown here. */
function activeKeys(plan: Plan, state: State): readonly string[] {
  return Object.keys(state.open).filter((key) => {
    const instance = state.instances[key];
    const node = instance === undefined ? undefined : plan.nodes[instance.node];
    return instance?.status === 'running' && node?.lane !== 'watch' && node?.kind !== 'group' && instance.items === undefined;
  });
}
