/** The list of steps. Only the lines that fit are put into words and mounted: the cost goes with the terminal, not with the run. */
import { Box, Text } from 'ink';
import type { ReactElement } from 'react';
import type { State } from '../../interpreter/core/model/state.ts';
import { sanitize } from '../../interpreter/guard/sanitize.ts';
import type { Line } from '../model/outline.ts';
import { rowOf } from '../model/outline.ts';
import type { Look } from '../theme.ts';
import { colourOf, glyphs } from '../theme.ts';

export interface ListProps {
  readonly lines: readonly Line[];
  readonly state: State;
  readonly now: number;
  readonly height: number;
  readonly width: number;
  /** Key of the line that must be in sight, and whether the operator has chosen it. */
  readonly focus: string | undefined;
  readonly chosen: boolean;
  readonly look: Look;
}

export function List(props: ListProps): ReactElement {
  const { lines, height, focus } = props;
  const at = focus === undefined ? lastBegun(lines) : lines.findIndex((line) => line.is !== 'heading' && line.key === focus);
  const start = Math.max(0, Math.min(at - Math.floor(height * 0.7), lines.length - height));
  return (
    <Box flexDirection="column" width={props.width} height={height} overflow="hidden">
      {lines.slice(start, start + height).map((line, index) => (
        <ListLine key={index} line={line} {...props} />
      ))}
    </Box>
  );
}

function lastBegun(lines: readonly Line[]): number {
  for (let index = lines.length - 1; index >= 0; index -= 1) {
    const line = lines[index];
    if (line?.is === 'step' && line.instance !== undefined && line.instance.status !== 'skipped' && line.node.lane !== 'watch')
      return index;
  }
  return 0;
}

function ListLine({ line, state, now, focus, chosen, look }: ListProps & { readonly line: Line }): ReactElement {
  if (line.is === 'heading')
    return (
      <Text bold wrap="truncate">
        {line.title}
      </Text>
    );
  const mark = chosen && line.key === focus ? '>' : ' ';
  if (line.is === 'fold')
    return (
      <Text wrap="truncate" dimColor inverse={chosen && line.key === focus}>
        {mark}
        {'  '.repeat(line.depth)}
        {glyphs(sanitize(`  ${line.text} (→ shows them)`), look)}
      </Text>
    );
  const row = rowOf(state, line, now);
  return (
    <Text wrap="truncate" inverse={chosen && line.key === focus}>
      {mark}
      {'  '.repeat(row.depth)}
      <Text {...colourOf(row.tone)}>
        {glyphs(row.symbol, look)} {row.word.padEnd(10)}
      </Text>{' '}
      {glyphs(sanitize(row.title), look)} <Text dimColor>{glyphs(sanitize(row.detail), look)}</Text>
    </Text>
  );
}
