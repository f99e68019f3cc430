/** The tools on the PATH of this world. */
import type { Tool } from '../../../tools/tool.ts';
import type { System } from '../system.ts';
import { createCompose } from './compose.ts';
import { createDocker } from './docker.ts';
import { createPgbackrest } from './pgbackrest.ts';

export function createTools(system: System): Readonly<Record<string, Tool>> {
  const { state, supervisor, ledger, layout } = system;
  const compose = createCompose({ state, supervisor, scale: (service, replicas) => system.scale(service, replicas) });
  return { docker: createDocker(supervisor, compose), pgbackrest: createPgbackrest(ledger, layout) };
}
