import { Box, Text } from 'ink';
import type { ReactElement } from 'react';
import type { State } from '../../interpreter/core/model/state.ts';
import { sanitize } from '../../interpreter/guard/sanitize.ts';
import { headOf } from '../model/header.ts';
import type { Look } from '../theme.ts';
import { glyphs } from '../theme.ts';
import type { ScreenStore } from './store.ts';

/** Where am I, how far, what has changed; and a banner for what must not be overlooked. */
export function HeadLines(props: {
  readonly store: ScreenStore;
  readonly state: State;
  readonly banner: string | undefined;
  readonly look: Look;
}): ReactElement {
  const { store, state, banner, look } = props;
  const head = headOf(store.options.plan, state, store.now(), store.wall());
  const shown = (text: string): string => glyphs(sanitize(text), look);
  return (
    <Box flexDirection="column" flexShrink={0}>
      <Text bold wrap="truncate">
        <Text {...(head.rehearsal ? { color: 'green' } : { color: 'red', inverse: true })}>{shown(head.environment)}</Text>
        {shown(`  ·  ${head.title}`)}
      </Text>
      <Text wrap="truncate">{shown(head.progress)}</Text>
      <Text dimColor wrap="truncate">
        {shown(head.changed)}
      </Text>
      {banner === undefined ? null : (
        <Text bold inverse color="yellow" wrap="truncate">
          {shown(banner)}
        </Text>
      )}
    </Box>
  );
}
