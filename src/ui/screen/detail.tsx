/** What is happening: the step's command as sent, its wait as a curve, its output. Several running steps stand side by side. */
import { Box, Text } from 'ink';
import type { ReactElement } from 'react';
import { sanitize } from '../../interpreter/guard/sanitize.ts';
import { chart, thresholdOf } from '../model/chart.ts';
import type { Detail } from '../model/detail.ts';
import { detailFor, noteText } from '../model/detail.ts';
import { waitNow } from '../model/wait.ts';
import { outputTail, samplesOf } from '../files.ts';
import type { Look } from '../theme.ts';
import { glyphs } from '../theme.ts';
import type { ScreenStore } from './store.ts';
import { wrapped } from './wrap.ts';

export interface OutputView {
  /** Lines scrolled up from the end. */
  readonly up: number;
  readonly search: string;
  /** Facts are left out, so that the output gets the room. */
  readonly folded: boolean;
}

export interface DetailProps {
  readonly store: ScreenStore;
  readonly keys: readonly string[];
  readonly width: number;
  readonly height: number;
  readonly output: OutputView;
  readonly look: Look;
}

const narrowest = 38;

export function Details(props: DetailProps): ReactElement | null {
  const { keys, width, height } = props;
  if (keys.length === 0 || height < 2) return null;
  const columns = Math.min(keys.length, 3, Math.max(1, Math.floor(width / narrowest)));
  const rows = columns > 1 ? 1 : Math.min(keys.length, Math.max(1, Math.floor(height / 4)));
  const shown = keys.slice(0, Math.max(columns, rows));
  const each = { width: Math.floor(width / columns), height: Math.floor(height / (columns > 1 ? 1 : shown.length)) };
  return (
    <Box flexDirection={columns > 1 ? 'row' : 'column'} width={width} height={height} overflow="hidden">
      {shown.map((key) => (
        <One key={key} {...props} {...each} step={key} />
      ))}
    </Box>
  );
}

function One({ store, step, width, height, output, look }: DetailProps & { readonly step: string }): ReactElement {
  const state = store.state();
  const detail = state === undefined ? undefined : detailFor(store.options.plan, state, step, store.now());
  const lines = detail === undefined ? [] : linesOf(store, detail, { width: width - 2, height, output, look });
  return (
    <Box flexDirection="column" width={width} height={height} paddingRight={1} overflow="hidden">
      {lines.map((line, index) => (
        <Text key={index} wrap="truncate" bold={line.is === 'title' || line.is === 'now'} dimColor={line.is === 'output'}>
          {glyphs(line.text, look)}
        </Text>
      ))}
    </Box>
  );
}

interface Shown {
  readonly is: 'title' | 'fact' | 'now' | 'curve' | 'output';
  readonly text: string;
}

interface Space {
  readonly width: number;
  readonly height: number;
  readonly output: OutputView;
  readonly look: Look;
}

function linesOf(store: ScreenStore, detail: Detail, space: Space): readonly Shown[] {
  const title: Shown = { is: 'title', text: `▸ ${sanitize(detail.title)}` };
  const wait = waitLines(store, detail, space);
  const facts = space.output.folded ? [] : factLines(detail, { ...space, height: space.height - wait.length });
  const used = 1 + facts.length + wait.length;
  const room = Math.max(0, space.height - used);
  return [title, ...wait, ...facts, ...outputLines(store, detail, { ...space, height: room })].slice(0, space.height);
}

/** Long texts take up to three lines in a tall place, two in a short one; what is cut ends with an ellipsis. */
function factLines(detail: Detail, { width, height }: Space): readonly Shown[] {
  const each = height > 14 ? 3 : 2;
  const most = Math.max(1, Math.floor(height * 0.6));
  const lines = detail.facts.flatMap(([label, text]) =>
    cut(wrapped(`${label}: ${text.replaceAll(/\s*\n\s*/g, '⏎')}`, width, 2), each),
  );
  return cut(lines, most).map((text) => ({ is: 'fact', text }));
}

function cut(lines: readonly string[], most: number): readonly string[] {
  if (lines.length <= most) return lines;
  return lines.slice(0, most).map((line, index) => (index === most - 1 ? `${line.trimEnd()}…` : line));
}

function waitLines(store: ScreenStore, detail: Detail, { width, height, look }: Space): readonly Shown[] {
  const { wait } = detail;
  if (wait === undefined) return [];
  const readings = samplesOf(store.options.folder, detail.key);
  const note = store.note(detail.key);
  const now =
    waitNow({ readings, hold: wait.hold, now: store.now(), until: wait.until, then: wait.then }) ||
    (note === undefined ? '' : `now: ${noteText(note)}`);
  const threshold = thresholdOf(wait.condition);
  const curve = chart(readings, {
    width,
    height: Math.min(6, Math.floor(height / 3)),
    ascii: look.ascii,
    ...(threshold === undefined ? {} : { threshold }),
  });
  return [
    ...(now === '' ? [] : wrapped(now, width, 2).map((text): Shown => ({ is: 'now', text }))),
    ...curve.map((text): Shown => ({ is: 'curve', text })),
  ];
}

function outputLines(store: ScreenStore, detail: Detail, { height, output }: Space): readonly Shown[] {
  if (height < 1) return [];
  const { lines, cut } = outputTail(store.options.folder, detail.key, detail.attempt);
  if (lines.length === 0) return [];
  const found = output.search === '' ? lines : lines.filter((line) => line.includes(output.search));
  const end = Math.max(Math.min(height, found.length), found.length - output.up);
  const from = Math.max(0, end - height);
  const head =
    output.search === ''
      ? from > 0 || cut
        ? `│ ${from === 0 ? 'earlier output is in the file' : `${String(from)} lines above`}`
        : ''
      : `│ ${String(found.length)} lines with "${output.search}"`;
  const shown = found
    .slice(head === '' ? from : from + 1, end)
    .map((line): Shown => ({ is: 'output', text: `│ ${sanitize(line)}` }));
  return head === '' ? shown : [{ is: 'output', text: head }, ...shown];
}
