import { Box, Text } from 'ink';
import type { ReactElement } from 'react';
import type { Look } from '../theme.ts';
import { borderOf, glyphs } from '../theme.ts';

/** Keys that are always there; what can be done in the run is in the palette, since it changes. */
const keys: readonly (readonly [string, string])[] = [
  [': Ctrl-P', 'all commands that are possible now; Ctrl-P also while something is asked'],
  ['↑ ↓ Home', 'look at a step; f or Ctrl-F the next failed one'],
  ['End → ←', 'End back to where the run is; → shows all items of a list, ← counts them'],
  ['PgUp PgDn', 'scroll the output; / searches in it; o shows more of it'],
  ['p c m', 'pause, continue, step mode (each step waits for c)'],
  ['s r e', 'skip the step, attempt it now, give it more time'],
  ['i w', 'change an input, write a note'],
  ['u a', 'stop and undo, stop'],
  ['Ctrl-O Tab', 'the whole text of a question, the next question'],
  ['t', 'take the controls from another viewer'],
  ['q Ctrl-D', 'leave, Ctrl-D also while something is asked: the run continues; runbook attach shows it again'],
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
    <Box borderStyle={borderOf(look)} flexDirection="column" paddingX={1} width={width} flexShrink={0}>
      {keys
        .filter(([key]) => !key.startsWith('q') || !bound)
        .map(([key, does]) => (
          <Text key={key} wrap="truncate">
            <Text bold>{glyphs(key, look).padEnd(10)}</Text> {does}
          </Text>
        ))}
    </Box>
  );
}

export const helpHeight = keys.length + 2;
