/** `dig` and `ping` of a world: what they print for names that the world knows. */
import { last, parseWords } from './arguments.ts';
import type { Tool } from './tool.ts';
import { printed, refused } from './tool.ts';

/** What the network of a world says about a name. */
export interface Network {
  /** Addresses; none: the name does not exist; undefined: no name server answers. */
  readonly resolve: (name: string) => readonly string[] | undefined;
  /** Share of packets that get lost on the way to a name, 0 to 1, and how long the others take, milliseconds. */
  readonly path: (name: string) => { readonly loss: number; readonly time: number };
}

export const dig =
  ({ resolve }: Network): Tool =>
  ({ argv }) => {
    const asked = argv.filter((word) => !/^[-+@]/.test(word));
    const name = asked.find((word) => !/^(?:A|AAAA|IN|ANY)$/i.test(word));
    if (name === undefined) return Promise.resolve(refused('dig: a name is missing', 1));
    const addresses = resolve(name);
    if (addresses === undefined)
      return Promise.resolve({ code: 9, stdout: ';; connection timed out; no servers could be reached\n' });
    if (argv.includes('+short')) return Promise.resolve(printed(addresses.join('\n')));
    const answers = addresses.map((address) => `${name}.\t\t60\tIN\tA\t${address}`);
    const status = addresses.length === 0 ? 'NXDOMAIN' : 'NOERROR';
    const header = `;; ->>HEADER<<- opcode: QUERY, status: ${status}, id: 4711`;
    const lines = [`; <<>> DiG 9.18 <<>> ${argv.join(' ')}`, header, '', ';; QUESTION SECTION:', `;${name}.\t\t\tIN\tA`, ''];
    return Promise.resolve(
      printed([...lines, ...(answers.length === 0 ? [] : [';; ANSWER SECTION:', ...answers, ''])].join('\n')),
    );
  };

const pingShape = { valued: ['c', 'W', 'w', 'i', 's'], flags: ['n', 'q', '4', '6'] } as const;

/** Answers at once: the packets are counted, not waited for. */
export const ping =
  ({ resolve, path }: Network): Tool =>
  ({ argv }) => {
    const parsed = parseWords(argv, pingShape);
    if (parsed.is === 'wrong')
      return Promise.resolve(refused(`ping: invalid option -- '${parsed.option.replace(/^-+/, '')}'`, 2));
    const name = parsed.given.words[0];
    if (name === undefined) return Promise.resolve(refused('ping: usage error: Destination address required', 1));
    const address = resolve(name)?.[0];
    if (address === undefined) return Promise.resolve(refused(`ping: ${name}: Name or service not known`, 2));
    const count = Number(last(parsed.given, 'c') ?? 4);
    const { loss, time } = path(name);
    const received = count - Math.round(count * loss);
    const sequence = Array.from({ length: received }, (_, index) => index + 1);
    const replies = sequence.map((one) => `64 bytes from ${address}: icmp_seq=${String(one)} ttl=57 time=${time.toFixed(1)} ms`);
    const share = count === 0 ? 0 : ((count - received) / count) * 100;
    const summary = [
      `--- ${name} ping statistics ---`,
      `${String(count)} packets transmitted, ${String(received)} received, ${String(Number(share.toFixed(4)))}% packet loss, time ${String(count * 1000)}ms`,
      ...(received === 0 ? [] : [`rtt min/avg/max/mdev = ${[time, time, time, 0].map((one) => one.toFixed(3)).join('/')} ms`]),
    ];
    const stdout = [`PING ${name} (${address}) 56(84) bytes of data.`, ...replies, '', ...summary, ''].join('\n');
    return Promise.resolve({ code: received === 0 ? 1 : 0, stdout });
  };
