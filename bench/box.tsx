/** Draws one box and ends: the least that a program with a screen can do. Bundled and started by run.mjs. */
import { Box, render, Text } from 'ink';

const ink = render(
  <Box borderStyle="round">
    <Text>Benchmark</Text>
  </Box>,
);
ink.unmount();
