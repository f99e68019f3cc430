/** The entry of a mail target: where, as whom, from whom, to whom, and with which encryption. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Options } from 'nodemailer/lib/smtp-transport/index.js';
import type { ReceiverEntry } from './entry.ts';

export interface Account {
  readonly host: string;
  readonly port: number;
  readonly from: string;
  readonly to: readonly string[];
  /** Of the sender: the right side of Message-IDs. */
  readonly domain: string;
  readonly secrets: readonly string[];
  options(deadlineMs: number): Options;
}

type Encryption = 'implicit' | 'starttls' | 'never';

const submission = 587;
const submissions = 465;

/** Throws for what cannot work, and for a password that would travel in the clear. `ca` is a file, relative to the directory of the runbook. */
export function accountOf(entry: ReceiverEntry, directory: string): Account {
  const host = entry.needed('host', 'the mail server');
  const port = portOf(entry);
  const encryption = encryptionOf(entry, host, port);
  const user = entry.text('username');
  const pass = entry.text('password');
  if ((user === undefined) !== (pass === undefined)) throw entry.wrong('needs username and password, both or none');
  if (pass !== undefined && encryption === 'never' && !isHere(host))
    throw entry.wrong('would send the password in the clear: tls is never');
  const ca = authorityIn(entry, directory);
  const from = addressIn(entry, 'from', entry.needed('from', 'the address of the sender'));
  const to = entry.texts('to').map((one) => addressIn(entry, 'to', one));
  if (to.length === 0) throw entry.wrong('needs to: an address, or a list of them');
  return {
    host,
    port,
    from,
    to,
    domain: /@([^\s<>@]+)>?\s*$/.exec(from)?.[1] ?? 'localhost',
    secrets: pass === undefined ? [] : [pass],
    options: (deadlineMs) => ({
      host,
      port,
      secure: encryption === 'implicit',
      requireTLS: encryption === 'starttls',
      ignoreTLS: encryption === 'never',
      ...(user === undefined || pass === undefined ? {} : { auth: { user, pass } }),
      tls: { rejectUnauthorized: true, ...(ca === undefined ? {} : { ca }) },
      connectionTimeout: deadlineMs,
      greetingTimeout: deadlineMs,
      socketTimeout: deadlineMs,
    }),
  };
}

function portOf(entry: ReceiverEntry): number {
  const port = entry.raw('port') ?? (entry.raw('tls') === 'implicit' ? submissions : submission);
  if (typeof port !== 'number' || !Number.isInteger(port) || port < 1 || port > 65_535)
    throw entry.wrong('needs a number from 1 to 65535 as port');
  return port;
}

/** Encrypted unless configured otherwise, or the server is on this machine. */
function encryptionOf(entry: ReceiverEntry, host: string, port: number): Encryption {
  const said = entry.text('tls') ?? (port === submissions ? 'implicit' : isHere(host) ? 'never' : 'starttls');
  if (said !== 'implicit' && said !== 'starttls' && said !== 'never')
    throw entry.wrong('knows as tls: implicit, starttls, never');
  return said;
}

function authorityIn(entry: ReceiverEntry, directory: string): string | undefined {
  const file = entry.text('ca');
  if (file === undefined) return undefined;
  try {
    return readFileSync(resolve(directory, file), 'utf8');
  } catch {
    throw entry.wrong(`cannot read the file ${file} as ca`);
  }
}

const isHere = (host: string): boolean => /^(localhost|127(\.\d+){3}|::1)$/.test(host);

function addressIn(entry: ReceiverEntry, key: string, text: string): string {
  if (!/^[^\r\n]*[^\s<>@]@[^\s<>@]+>?\s*$/.test(text)) throw entry.wrong(`has no address of mail as ${key}`);
  return text;
}
