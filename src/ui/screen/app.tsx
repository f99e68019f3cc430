/** The picture of a run: where am I, what is happening, what is asked, what can I do. */
import { Box, Text, useInput, useStdout } from 'ink';
import { useEffect, useState } from 'react';
import type { ReactElement } from 'react';
import { sanitize } from '../../interpreter/guard/sanitize.ts';
import type { Row, View } from '../view-model.ts';
import { viewOf } from '../view-model.ts';
import { QuestionBox } from './question.tsx';
import type { ScreenStore } from './store.ts';
import { sparkline } from './store.ts';

const framesPerSecond = 10;
const colours: Readonly<Record<Row['tone'], string | undefined>> = {
  plain: undefined,
  good: 'green',
  bad: 'red',
  warn: 'yellow',
  active: 'cyan',
  dim: 'gray',
};

function colourOf(tone: Row['tone']): { readonly color?: string } {
  const colour = colours[tone];
  return colour === undefined ? {} : { color: colour };
}

export interface AppProps {
  readonly store: ScreenStore;
  readonly monotonic: () => number;
  /** Last output lines of a running step. */
  readonly tail: (key: string, count: number) => readonly string[];
}

export function App({ store, monotonic, tail }: AppProps): ReactElement {
  const [, setTick] = useState(0);
  const { stdout } = useStdout();
  useEffect(() => {
    const timer = setInterval(() => {
      setTick((tick) => tick + 1);
    }, 1000 / framesPerSecond);
    return () => {
      clearInterval(timer);
    };
  }, []);
  const question = store.questions()[0];
  useInput((input, key) => {
    if (key.ctrl && input === 'c') process.kill(process.pid, 'SIGINT');
    else if (question !== undefined) return;
    else if (input === 'p') store.control({ is: store.state()?.paused === true ? 'continue' : 'pause' });
  });
  const state = store.state();
  if (state === undefined) return <Text>starting…</Text>;
  const view = viewOf(store.plan, state, store.now());
  const height = Math.max(10, stdout.rows ?? 24) - 1;
  const side = view.active.length > 0 ? Math.min(8, 2 * view.active.length + 2) : 0;
  const room = Math.max(3, height - 4 - side - (question === undefined ? 0 : 8));
  return (
    <Box flexDirection="column" width={stdout.columns ?? 80}>
      <Text bold wrap="truncate">
        {sanitize(view.title)}
      </Text>
      <Text color="gray" wrap="truncate">
        {view.headline}
      </Text>
      <Rows view={view} room={room} />
      <Active view={view} store={store} tail={tail} room={side} />
      {question === undefined ? null : <QuestionBox key={question.id} store={store} question={question} monotonic={monotonic} />}
      <Footer view={view} paused={state.paused} />
    </Box>
  );
}

/** Only the rows that fit are mounted: cost goes with mounted rows, not with steps. */
function Rows({ view, room }: { readonly view: View; readonly room: number }): ReactElement {
  const lines = view.sections.flatMap((section) => [{ header: section.title }, ...section.rows]);
  const active = lines.reduce((last, line, index) => ('key' in line && line.tone !== 'dim' ? index : last), 0);
  const start = Math.max(0, Math.min(active - Math.floor(room * 0.7), lines.length - room));
  return (
    <Box flexDirection="column">
      {lines.slice(start, start + room).map((line, index) =>
        'header' in line ? (
          <Text key={`h${String(index)}`} bold wrap="truncate">
            {line.header}
          </Text>
        ) : (
          <Text key={line.key} wrap="truncate">
            {'  '.repeat(line.depth + 1)}
            <Text {...colourOf(line.tone)}>
              {line.symbol} {line.word.padEnd(10)}
            </Text>{' '}
            {sanitize(line.title)} <Text color="gray">{sanitize(line.detail)}</Text>
          </Text>
        ),
      )}
    </Box>
  );
}

function Active(props: {
  readonly view: View;
  readonly store: ScreenStore;
  readonly tail: AppProps['tail'];
  readonly room: number;
}): ReactElement | null {
  if (props.room === 0) return null;
  const each = Math.max(1, Math.floor((props.room - 1) / Math.max(1, props.view.active.length)) - 1);
  const now = props.store.now();
  return (
    <Box flexDirection="column" marginTop={1}>
      {props.view.active.slice(0, 4).map((key) => {
        const instance = props.store.state()?.instances[key];
        const wait = props.store.waits().get(key);
        const left =
          instance?.until === undefined || instance.until === 0
            ? ''
            : `, ${Math.max(0, Math.round((instance.until - now) / 1000)).toString()}s left`;
        return (
          <Box key={key} flexDirection="column">
            <Text color="cyan" wrap="truncate">
              ▸ {key}
              {left} <Text color="gray">{sanitize(instance?.show?.describe ?? '')}</Text>
            </Text>
            {wait === undefined ? null : (
              <Text wrap="truncate">
                {'  '}
                {sparkline(wait.values, 30)} {sanitize(wait.text)}
              </Text>
            )}
            {props.tail(key, each).map((line, index) => (
              <Text key={index} color="gray" wrap="truncate">
                {'  │ '}
                {sanitize(line)}
              </Text>
            ))}
          </Box>
        );
      })}
    </Box>
  );
}

function Footer({ view, paused }: { readonly view: View; readonly paused: boolean }): ReactElement {
  const changed = view.changed.length === 0 ? 'nothing changed yet' : `changed: ${view.changed.join(', ')}`;
  return (
    <Text color="gray" wrap="truncate">
      {view.outcome === undefined ? '' : `outcome: ${view.outcome}  ·  `}
      {changed} · p {paused ? 'continue' : 'pause'} · Ctrl-C stop (twice: at once)
    </Text>
  );
}
