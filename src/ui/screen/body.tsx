/** The list of steps and what is to be known about one: beside each other on a wide terminal, below each other on a narrow one. */
import { Box } from 'ink';
import type { ReactElement } from 'react';
import type { State } from '../../interpreter/core/model/state.ts';
import { outline } from '../model/outline.ts';
import type { Look } from '../theme.ts';
import type { OutputView } from './detail.tsx';
import { Details } from './detail.tsx';
import { List } from './list.tsx';
import type { ScreenStore } from './store.ts';

const wide = 110;

export interface BodyProps {
  readonly store: ScreenStore;
  readonly state: State;
  /** Steps whose details are shown. */
  readonly keys: readonly string[];
  readonly chosen: string | undefined;
  /** The step that must be in sight while none is chosen. */
  readonly asked: string | undefined;
  /** Lists that are shown whole. */
  readonly opened: readonly string[];
  readonly output: OutputView;
  readonly look: Look;
  readonly width: number;
  readonly height: number;
}

/** A short terminal has the list only. */
export function Body({ store, state, keys, chosen, asked, opened, output, look, width, height }: BodyProps): ReactElement {
  const beside = width >= wide;
  // The box of a question tells what is to be known about the asked step.
  const below = !beside && height >= 9 && keys.length > 0 && (asked === undefined || chosen !== undefined);
  const listWidth = beside ? Math.floor(width * 0.5) : width;
  const lines = outline(store.options.plan, state, opened);
  const detailHeight = beside ? height : below ? Math.max(Math.floor(height * 0.5), height - lines.length) : 0;
  return (
    <Box flexDirection={beside ? 'row' : 'column'} height={height} width={width} overflow="hidden">
      <List
        {...{ lines, state, look }}
        now={store.now()}
        focus={chosen ?? asked}
        chosen={chosen !== undefined}
        width={beside ? listWidth - 1 : listWidth}
        height={beside ? height : height - detailHeight}
      />
      {beside ? <Box width={1} /> : null}
      <Details {...{ store, keys, output, look }} width={beside ? width - listWidth : width} height={detailHeight} />
    </Box>
  );
}
