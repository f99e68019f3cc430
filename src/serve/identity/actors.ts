/** Who comes in, as the engine and the record know them: proven by this server, whose account vouches. */
import { hostname } from 'node:os';
import type { Actor } from '../../interpreter/core/model/value.ts';

export type Proven =
  | { readonly is: 'person'; readonly name: string; readonly roles: readonly string[] }
  | { readonly is: 'agent'; readonly name: string; readonly onBehalfOf: string }
  | { readonly is: 'webhook'; readonly name: string };

export const actorFor = (proven: Proven, account: string): Actor => ({
  name: proven.name,
  auth: 'vouched',
  host: hostname(),
  account,
  ...(proven.is === 'person' ? { roles: proven.roles } : { kind: proven.is }),
  ...(proven.is === 'agent' ? { onBehalfOf: proven.onBehalfOf } : {}),
});
