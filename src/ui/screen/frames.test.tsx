/**
 * The screen at three sizes, drawn from a recorded run of ws-desync on the lab at the moments that matter, kept as text.
 * `npm run frames` rewrites them; the README shows some of them.
 */
import { EventEmitter } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { render } from 'ink';
import { describe, expect, it } from 'vitest';
import type { Stamped } from '../../interpreter/core/model/event.ts';
import { fold } from '../../interpreter/core/fold/fold.ts';
import { initialState } from '../../interpreter/core/model/initial.ts';
import type { Plan } from '../../interpreter/core/model/plan.ts';
import { readJournal } from '../../interpreter/store/journal-read.ts';
import { lookOf, plainly } from '../theme.ts';
import type { ScreenStore } from './store.ts';
import { App } from './app.tsx';
import { createStore } from './store.ts';

const golden = join(import.meta.dirname, '../../../test/golden/frames');
const folder = join(golden, 'run');
const plan = JSON.parse(readFileSync(join(folder, 'plan.json'), 'utf8')) as Plan;
const { records } = readJournal(join(folder, 'journal.jsonl'));
const rewrite = process.env['UPDATE_FRAMES'] === '1';

interface Moment {
  readonly name: string;
  /** The picture after the first record that is this one. */
  readonly at: (record: Stamped) => boolean;
  readonly keys?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}
const opened =
  (key: string) =>
  (record: Stamped): boolean =>
    record.type === 'question.opened' && record.key === key;
// The clock of the header is local time beside UTC.
process.env['TZ'] = 'UTC';
const utf8 = { LC_ALL: 'C.UTF-8', TERM: 'xterm-256color' };
const endOfWait = (record: Stamped): boolean =>
  record.type === 'attempt.noted' && record.key === 'recovered' && record.t > 19_000;

const moments: readonly Moment[] = [
  { name: 'checklist', at: opened('grafana') },
  { name: 'approval', at: opened('syncOffsets') },
  { name: 'wait', at: endOfWait },
  { name: 'palette', at: endOfWait, keys: [':'] },
  { name: 'help', at: endOfWait, keys: ['?'] },
  { name: 'finished', at: (record) => record.type === 'run.finished' },
  { name: 'approval-ascii', at: opened('syncOffsets'), env: { LC_ALL: 'C', TERM: 'linux' } },
];
const sizes = [
  [80, 24],
  [120, 40],
  [200, 60],
] as const;

/** A terminal of a size that keeps its last frame. */
function terminal(columns: number, rows: number) {
  let frame = '';
  const stdout = Object.assign(new EventEmitter(), {
    columns,
    rows,
    isTTY: true,
    write: (text: string) => {
      if (text.trim() !== '') frame = text;
      return true;
    },
  });
  let data: string | null = null;
  const nothing = (): void => undefined;
  const stdin = Object.assign(new EventEmitter(), {
    isTTY: true,
    setEncoding: nothing,
    setRawMode: nothing,
    resume: nothing,
    pause: nothing,
    ref: nothing,
    unref: nothing,
    read: () => {
      const read = data;
      data = null;
      return read;
    },
  });
  const press = (keys: string): void => {
    data = keys;
    stdin.emit('readable');
  };
  return {
    stdout: stdout as unknown as NodeJS.WriteStream,
    stdin: stdin as unknown as NodeJS.ReadStream,
    press,
    frame: () => frame,
  };
}

function storeAt(at: Moment['at']): ScreenStore {
  const store = createStore(
    {
      plan,
      actor: { name: 'root', auth: 'uid', host: 'host', uid: 0 },
      folder,
      act: () => Promise.resolve({ ok: true, seq: 1 }),
      controls: () => ({ yours: true }),
      typeInput: (_name, text) => ({ ok: true, value: text }),
      detach: () => undefined,
      bound: false,
    },
    () => 0,
  );
  const last = records.findIndex(at);
  expect(last).toBeGreaterThan(0);
  let state = initialState(plan);
  for (const record of records.slice(0, last + 1)) {
    state = fold(plan, state, record);
    store.update(record, state);
  }
  return store;
}

const settled = async (draw: () => string): Promise<string> => {
  let before = '';
  await expect
    .poll(
      () => {
        const now = draw();
        const same = now !== '' && now === before;
        before = now;
        return same;
      },
      { interval: 120, timeout: 10_000 },
    )
    .toBe(true);
  return before;
};

async function drawn({ at, keys = [], env = utf8 }: Moment, columns: number, rows: number): Promise<string> {
  const tty = terminal(columns, rows);
  const options = {
    stdout: plainly(tty.stdout, lookOf(env)),
    stdin: tty.stdin,
    debug: true,
    exitOnCtrlC: false,
    patchConsole: false,
  };
  const ink = render(<App store={storeAt(at)} monotonic={() => 0} look={lookOf(env)} deaf={0} />, options);
  try {
    const frame = (): string => stripVTControlCharacters(tty.frame()).replaceAll(/ +$/gm, '').trimEnd();
    await settled(frame);
    for (const key of keys) {
      tty.press(key);
      await settled(frame);
    }
    return `${frame()}\n`;
  } finally {
    ink.unmount();
  }
}

describe.each(sizes)('at %i by %i', (columns, rows) => {
  it.each(moments)('$name', async (moment) => {
    const frame = await drawn(moment, columns, rows);
    const lines = frame.trimEnd().split('\n');
    expect(lines.length).toBeLessThan(rows);
    expect(Math.max(...lines.map((line) => Array.from(line).length))).toBeLessThanOrEqual(columns);
    const path = join(golden, `${moment.name}-${String(columns)}x${String(rows)}.txt`);
    if (rewrite) writeFileSync(path, frame);
    expect(existsSync(path), `${path} is missing: npm run frames`).toBe(true);
    expect(frame).toBe(readFileSync(path, 'utf8'));
  });

  it('plain characters alone where the terminal has no others', async () => {
    const moment = moments.find((one) => one.name === 'approval-ascii');
    if (moment === undefined) throw new Error('the moment is gone');
    expect(await drawn(moment, columns, rows)).toMatch(/^[\n -~]+$/);
  });
});
