/** Every fault of this world. */
import { contentFaults } from './content.ts';
import { dlqFaults } from './dlq.ts';
import { downFaults } from './down.ts';
import type { Injected } from './fault.ts';
import { gapFaults } from './gaps.ts';
import { loadFaults } from './load.ts';

export const faults: Readonly<Record<string, Injected>> = {
  ...gapFaults,
  ...dlqFaults,
  ...downFaults,
  ...contentFaults,
  ...loadFaults,
};
