/** Opens the Ink screen over a store; the only entry of this folder. Loaded lazily: Ink is the largest import of all. */
import { render } from 'ink';
import { join } from 'node:path';
import type { Stamped } from '../../interpreter/core/event.ts';
import type { Plan } from '../../interpreter/core/plan.ts';
import type { State } from '../../interpreter/core/state.ts';
import type { Actor } from '../../interpreter/core/value.ts';
import type { OperatorPort } from '../../interpreter/engine/operator.ts';
import { App } from './app.tsx';
import { createStore } from './store.ts';
import { lastLines } from './tail.ts';

export interface ScreenOptions {
  readonly plan: Plan;
  readonly actor: Actor;
  /** The run directory; output of steps is in its `output/`. */
  readonly outputFolder: string;
  readonly yes: boolean;
  readonly answers: Readonly<Record<string, string>>;
  readonly reason?: string;
}

export interface Screen {
  readonly operator: OperatorPort;
  update(record: Stamped, state: State): void;
  close(): Promise<void>;
}

export function openScreen(options: ScreenOptions): Screen {
  const monotonic = (): number => performance.now();
  const store = createStore({ ...options, monotonic });
  const tail = (key: string, count: number): readonly string[] => {
    const n = store.state()?.instances[key]?.n ?? 1;
    return lastLines(join(options.outputFolder, 'output', `${key}-${String(n)}.log`), count);
  };
  const ink = render(<App store={store} monotonic={monotonic} tail={tail} />, { exitOnCtrlC: false, patchConsole: false });
  return {
    operator: store.operator,
    update: (record, state) => {
      store.update(record, state);
    },
    close: async () => {
      ink.rerender(<App store={store} monotonic={monotonic} tail={tail} />);
      ink.unmount();
      await ink.waitUntilExit();
    },
  };
}
