/** What hosts see of the network: the exchange under its own name, by HTTPS, DNS and ping. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { programOfMachine } from '../../programs.ts';
import { makeAuthority, makeIdentity } from '../../servers/certificates.ts';
import type { LabState } from '../../state.ts';
import { addressOf, runDirectory } from '../../state.ts';
import type { Tool } from '../../tools/tool.ts';
import { printed, refused } from '../../tools/tool.ts';
import type { Program } from '../world.ts';
import { exchangePapers } from './units.ts';

export const exchangeName = 'api.elections.kalshi.com';

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

const addresses = ['192.0.2.10', '192.0.2.11'];

/** Knows the name of the exchange only. */
export const dig: Tool = ({ argv }) => {
  const name = argv.find((word) => /^[a-z0-9.-]+\.[a-z]+$/.test(word)) ?? '';
  const found = name === exchangeName ? addresses : [];
  if (argv.includes('+short')) return Promise.resolve(printed(found.join('\n')));
  const answers = found.map((address) => `${name}.\t60\tIN\tA\t${address}`);
  return Promise.resolve(printed([`; <<>> DiG 9.18 <<>> ${argv.join(' ')}`, ';; ANSWER SECTION:', ...answers].join('\n')));
};

/** Nothing is lost. */
export const ping: Tool = ({ argv }) => {
  const name = argv.at(-1) ?? '';
  if (name !== exchangeName) return Promise.resolve(refused(`ping: ${name}: Name or service not known`, 2));
  const count = Number(argv[argv.indexOf('-c') + 1] ?? 4);
  const lines = Array.from(
    { length: count },
    (_, index) => `64 bytes from ${name}: icmp_seq=${String(index + 1)} ttl=57 time=1.2 ms`,
  );
  const summary = `${String(count)} packets transmitted, ${String(count)} received, 0% packet loss, time ${String(count)}ms`;
  return Promise.resolve(
    printed(
      [
        `PING ${name} (${addresses[0] ?? ''}) 56(84) bytes of data.`,
        ...lines,
        '',
        `--- ${name} ping statistics ---`,
        summary,
      ].join('\n'),
    ),
  );
};
