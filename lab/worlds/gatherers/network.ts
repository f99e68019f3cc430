/** What the hosts see of the network: the exchange under its own name. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { programOfMachine } from '../../programs.ts';
import { makeAuthority, makeIdentity } from '../../servers/certificates.ts';
import type { LabState } from '../../state.ts';
import { addressOf, runDirectory } from '../../state.ts';
import type { Network } from '../../tools/network.ts';
import type { Program } from '../world.ts';
import { exchangePapers } from './units.ts';

const exchangeName = 'api.elections.kalshi.com';

export async function makeExchangePapers(state: LabState): Promise<void> {
  const folder = join(runDirectory(state.directory), 'exchange');
  mkdirSync(folder, { recursive: true });
  const authority = await makeAuthority(folder, 'authority');
  await makeIdentity(folder, 'exchange', authority, `DNS:${exchangeName}`);
}

/** The real curl, for which the exchange has its name and a certificate that it trusts. */
export const curl = (state: LabState): Program => ({
  command: [
    programOfMachine('curl'),
    '--connect-to',
    `${exchangeName}:443:${addressOf(state, 'exchangeTls')}`,
    '--cacert',
    exchangePapers(state).authority,
  ],
});

/** What its hosts hear about names, and what gets lost on the way. */
export const network: Network = {
  resolve: (name) => (name === exchangeName ? ['192.0.2.10', '192.0.2.11'] : []),
  path: () => ({ loss: 0, time: 1.2 }),
};
