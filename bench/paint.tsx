/** Paints a stored run again and again at 120x40 and prints ms a painting: `BENCH_RUN` is its folder. Bundled and started by run.mjs. */
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { render } from 'ink';
import { fold } from '../src/interpreter/core/fold/fold.ts';
import { initialState } from '../src/interpreter/core/model/initial.ts';
import type { Plan } from '../src/interpreter/core/model/plan.ts';
import { readJournal } from '../src/interpreter/store/journal-read.ts';
import { App } from '../src/ui/screen/app.tsx';
import { createStore } from '../src/ui/screen/store.ts';

const folder = process.env['BENCH_RUN'] ?? '.';
const plan = JSON.parse(readFileSync(join(folder, 'plan.json'), 'utf8')) as Plan;
const { records } = readJournal(join(folder, 'journal.jsonl'));
const store = createStore(
  {
    plan,
    actor: { name: 'bench', auth: 'claimed', host: 'bench' },
    folder,
    act: () => Promise.resolve({ ok: true, seq: 1 }),
    controls: () => ({ yours: true }),
    typeInput: (_name, text) => ({ ok: true, value: text }),
    detach: () => undefined,
    bound: false,
  },
  () => 0,
);
let state = initialState(plan);
let painted = 0;
const stdout = Object.assign(new EventEmitter(), {
  columns: 120,
  rows: 40,
  isTTY: true,
  write: () => {
    painted += 1;
    return true;
  },
}) as unknown as NodeJS.WriteStream;
const stdin = Object.assign(new EventEmitter(), {
  isTTY: true,
  setEncoding: () => undefined,
  setRawMode: () => undefined,
  ref: () => undefined,
  unref: () => undefined,
  read: () => null,
}) as unknown as NodeJS.ReadStream;

// Two thirds of the run are done, and each painting has news.
const middle = Math.floor((records.length * 2) / 3);
for (const record of records.slice(0, middle)) {
  state = fold(plan, state, record);
  store.update(record, state);
}
const app = (): ReturnType<typeof App> => (
  <App store={store} monotonic={() => performance.now()} look={{ ascii: false, colour: true }} />
);
const ink = render(app(), { stdout, stdin, debug: true, exitOnCtrlC: false, patchConsole: false });
const news = records.slice(middle, middle + 150);
for (const record of news.slice(0, 50)) paint(record);
const begun = performance.now();
for (const record of news.slice(50)) paint(record);
const took = (performance.now() - begun) / (news.length - 50);
ink.unmount();
if (painted < news.length) throw new Error(`only ${String(painted)} paintings`);
process.stdout.write(`${String(took)}\n`);
process.exit(0);

function paint(record: (typeof records)[number]): void {
  state = fold(plan, state, record);
  store.update(record, state);
  ink.rerender(app());
}
