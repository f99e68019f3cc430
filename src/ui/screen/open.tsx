/** Opens the Ink screen; the only entry of this folder. Loaded lazily: Ink is the largest import of all. */
import { render } from 'ink';
import { sanitize } from '../../interpreter/guard/sanitize.ts';
import { outline, rowOf } from '../model/outline.ts';
import { summaryLines } from '../model/summary.ts';
import type { Picture, PictureOptions } from '../picture.ts';
import { App } from './app.tsx';
import { glyphs, lookOf } from './look.ts';
import { createStore } from './store.ts';

/** The alternate screen: what stood on the terminal before stands there again afterwards. */
const enter = '\u001b[?1049h\u001b[H';
const leave = '\u001b[?1049l';
const clear = '\u001b[2J\u001b[H';

/** Longest list of steps that is left on the terminal at the end. */
const longest = 60;

export function openScreen(options: PictureOptions): Picture {
  const monotonic = (): number => performance.now();
  const store = createStore(options, monotonic);
  const look = lookOf(process.env);
  const { stdout } = process;
  stdout.write(enter);
  // Also when the process ends in a way that nobody planned.
  const restore = (): void => {
    stdout.write(`${leave}\u001b[?25h`);
  };
  process.once('exit', restore);
  const resized = (): void => {
    stdout.write(clear);
  };
  stdout.on('resize', resized);
  const ink = render(<App {...{ store, monotonic, look }} />, { exitOnCtrlC: false, patchConsole: false });
  return {
    update: (record, state) => {
      store.update(record, state);
    },
    close: async () => {
      ink.unmount();
      await ink.waitUntilExit();
      stdout.off('resize', resized);
      process.off('exit', restore);
      stdout.write(leave);
      for (const line of last(options, store.state(), store.now())) stdout.write(`${glyphs(line, look)}\n`);
    },
  };
}

/** What is left on the terminal: the steps as they stand, and a summary to paste. */
function last(
  options: PictureOptions,
  state: ReturnType<ReturnType<typeof createStore>['state']>,
  now: number,
): readonly string[] {
  if (state === undefined || state.phase !== 'finished') return [];
  const begun = outline(options.plan, state).filter((line) => line.is === 'heading' || line.instance !== undefined);
  const lines = begun.map((line) => {
    if (line.is === 'heading') return line.title;
    const row = rowOf(state, line, now);
    return sanitize(`  ${'  '.repeat(row.depth)}${row.symbol} ${row.word.padEnd(10)} ${row.title}  ${row.detail}`.trimEnd());
  });
  const shown = lines.length > longest ? [`(${String(lines.length - longest)} lines above)`, ...lines.slice(-longest)] : lines;
  return [...shown, '', ...summaryLines(options.plan, state).map(sanitize), ''];
}
