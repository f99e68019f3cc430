/** Opens the Ink screens, of a run and of the picker; the only entry of this folder. Loaded lazily: Ink is the largest import of all. */
import { render } from 'ink';
import { sanitize } from '../../interpreter/guard/sanitize.ts';
import { endingLines } from '../model/ending.ts';
import type { Picture, PictureOptions } from '../view.ts';
import { App } from './app.tsx';
import { glyphs, lookOf, plainly } from '../theme.ts';
import type { Picked, PickerOptions } from './pick-model.ts';
import { Pick } from './pick.tsx';
import { createStore } from './store.ts';

/** The alternate screen: what was on the terminal before is there again afterwards. */
const enter = '\u001b[?1049h\u001b[H';
const leave = '\u001b[?1049l';
const clear = '\u001b[2J\u001b[H';

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
  const ink = render(<App {...{ store, monotonic, look }} />, {
    stdout: plainly(stdout, look),
    exitOnCtrlC: false,
    patchConsole: false,
  });
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
      const state = store.state();
      if (state?.phase !== 'finished') return;
      for (const line of endingLines(options.plan, state, store.now(), stdout.columns))
        stdout.write(`${glyphs(sanitize(line), look)}\n`);
    },
  };
}

/** Undefined: the operator left without choosing. */
export async function openPicker(options: PickerOptions): Promise<Picked | undefined> {
  const { stdout } = process;
  const look = lookOf(process.env);
  stdout.write(enter);
  const restore = (): void => {
    stdout.write(`${leave}\u001b[?25h`);
  };
  process.once('exit', restore);
  let picked: Picked | undefined;
  const ink = render(
    <Pick
      {...{ options, look }}
      done={(choice) => {
        picked = choice;
        ink.unmount();
      }}
    />,
    { stdout: plainly(stdout, look), exitOnCtrlC: false, patchConsole: false },
  );
  await ink.waitUntilExit();
  process.off('exit', restore);
  stdout.write(leave);
  return picked;
}
