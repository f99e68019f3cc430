/** `runbook doctor --env NAME`: are the secrets there, does something listen at each target? Opens connections, sends nothing. */
import { connect } from 'node:net';
import type { Environment } from '../../interpreter/config/config.ts';
import { resolveSecret } from '../../interpreter/config/secrets.ts';
import { unmaskable } from '../../interpreter/guard/redact.ts';
import type { Json } from '../../interpreter/core/model/value.ts';

export interface EnvironmentCheck {
  readonly name: string;
  readonly good: boolean;
  readonly says: string;
  readonly needed: boolean;
}

const limitMs = 3000;
const usualPorts: Readonly<Record<string, number>> = {
  'http:': 80,
  'https:': 443,
  'ws:': 80,
  'wss:': 443,
  'redis:': 6379,
  'rediss:': 6379,
};

/** `untrusted`: the command that would give a secret, as long as nobody has agreed to it. */
export async function checkEnvironment(
  environment: Environment,
  untrusted: (secret: string) => string | undefined,
): Promise<readonly EnvironmentCheck[]> {
  const secrets = Object.entries(environment.secrets).map(([name, reference]) => {
    const command = untrusted(name);
    return command === undefined ? secret(name, reference) : notOpened(name, command);
  });
  const targets = Object.entries(environment.targets).flatMap(([name, entry]) =>
    addressesOf(entry).map((address) => listens(name, address)),
  );
  return Promise.all([...secrets, ...targets]);
}

/** Says whether it is there, never what it is. */
async function secret(name: string, reference: string): Promise<EnvironmentCheck> {
  const base = { name: `secret ${name}`, needed: true };
  try {
    const why = unmaskable(await resolveSecret(reference, AbortSignal.timeout(limitMs)));
    return why === undefined ? { ...base, good: true, says: 'is there' } : { ...base, good: false, says: why };
  } catch (problem) {
    return { ...base, good: false, says: (problem as Error).message };
  }
}

function notOpened(name: string, command: string): EnvironmentCheck {
  const says = `not opened: nobody has agreed to its command yet: ${command}; --trust-config agrees and runs it`;
  return { name: `secret ${name}`, needed: true, good: false, says };
}

interface Address {
  readonly host: string;
  readonly port: number;
}

/** Of `url`, `webhook`, `brokers`, or `host` and `port`; a target without any is a program and has no address. */
export function addressesOf(entry: Readonly<Record<string, Json>>): readonly Address[] {
  const { brokers, host, port } = entry;
  if (Array.isArray(brokers)) return (brokers as readonly Json[]).flatMap((one) => ofText(`tcp://${String(one)}`));
  if (typeof host === 'string' && typeof port === 'number') return [{ host, port }];
  const url = entry['url'] ?? entry['webhook'];
  return typeof url === 'string' ? ofText(url) : [];
}

function ofText(text: string): readonly Address[] {
  if (!URL.canParse(text)) return [];
  const { hostname, port, protocol } = new URL(text);
  const number = port === '' ? usualPorts[protocol] : Number(port);
  return hostname === '' || number === undefined ? [] : [{ host: hostname.replace(/^\[|\]$/g, ''), port: number }];
}

function listens(name: string, { host, port }: Address): Promise<EnvironmentCheck> {
  const base = { name: `target ${name}`, needed: true };
  const place = `${host}:${String(port)}`;
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: limitMs });
    const end = (good: boolean, says: string): void => {
      socket.destroy();
      resolve({ ...base, good, says: `${place} ${says}` });
    };
    socket.on('connect', () => {
      end(true, 'accepts connections');
    });
    socket.on('timeout', () => {
      end(false, 'does not answer; is a firewall or a VPN in between?');
    });
    socket.on('error', (problem: NodeJS.ErrnoException) => {
      end(false, problem.code === 'ECONNREFUSED' ? 'refuses connections; is the server up?' : (problem.code ?? problem.message));
    });
  });
}
