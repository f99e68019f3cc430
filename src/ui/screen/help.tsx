import { Box, Text } from 'ink';
import type { ReactElement } from 'react';
import type { Look } from '../theme.ts';
import { borderOf, glyphs } from '../theme.ts';

/** Keys that are always there; what can be done in the run is in the palette, since it changes. */
const keys: readonly (readonly [string, string])[] = [
  [':', 'everything that can be done now (Ctrl-P also while something is typed)'],
  ['↑ ↓', 'choose a step and see it; Esc follows the run again'],
  ['PgUp PgDn', 'scroll its output; / searches in it; f folds the facts away'],
  ['p  c  s', 'pause, continue, step mode'],
  ['x  r  e', 'skip the chosen step, attempt it now, give it more time'],
  ['i  n  u', 'change an input, write a note, stop and undo'],
  ['t', 'take the controls from another viewer'],
  ['d', 'leave; the run goes on (runbook attach shows it again)'],
  ['Ctrl-C', 'stop the run: running steps end, finally steps run; again: at once, without undo and finally'],
];

export function Help({
  width,
  look,
  bound,
}: {
  readonly width: number;
  readonly look: Look;
  readonly bound: boolean;
}): ReactElement {
  return (
    <Box borderStyle={borderOf(look)} flexDirection="column" paddingX={1} width={width}>
      {keys
        .filter(([key]) => key !== 'd' || !bound)
        .map(([key, does]) => (
          <Text key={key} wrap="truncate">
            <Text bold>{glyphs(key, look).padEnd(10)}</Text> {does}
          </Text>
        ))}
    </Box>
  );
}

export const helpHeight = keys.length + 2;
