import { Box, Text } from 'ink';
import type { ReactElement } from 'react';
import { sanitize } from '../../interpreter/guard/sanitize.ts';
import type { FooterMode } from '../model/footer.ts';
import { footerOf } from '../model/footer.ts';
import type { Look } from '../theme.ts';
import { glyphs } from '../theme.ts';
import type { ScreenStore } from './store.ts';

/** What became of the last key, and the keys that count now. */
export function Footer(props: {
  readonly store: ScreenStore;
  readonly mode: FooterMode;
  readonly width: number;
  readonly look: Look;
}): ReactElement {
  const { store, mode, width, look } = props;
  const notice = store.notice();
  const { yours, holder } = store.controls();
  const other = store.others()[0];
  const waits = other === undefined ? '' : `${other.key} waits for an answer of somebody else`;
  const keys = footerOf(mode, { yours, holder: holder?.name ?? 'nobody', bound: store.options.bound }, width);
  return (
    <Box flexDirection="column" flexShrink={0}>
      <Text wrap="truncate" {...(notice?.bad === true ? { color: 'red' } : {})}>
        {glyphs(sanitize(notice?.text ?? waits), look) || ' '}
      </Text>
      <Text dimColor wrap="truncate">
        {glyphs(sanitize(keys), look)}
      </Text>
    </Box>
  );
}
