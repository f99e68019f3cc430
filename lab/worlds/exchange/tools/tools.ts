/** The tools on the PATH of this world. */
import type { Tool } from '../../../tools/tool.ts';
import type { System } from '../system.ts';
import { createCompose } from './compose.ts';
import { createDocker } from './docker.ts';
import { createPgbackrest } from './pgbackrest.ts';

export function createTools({ state, supervisor, ledger, layout, scale }: System): Readonly<Record<string, Tool>> {
  const compose = createCompose({ state, supervisor, scale });
  return { docker: createDocker(supervisor, compose), pgbackrest: createPgbackrest(ledger, layout) };
}
