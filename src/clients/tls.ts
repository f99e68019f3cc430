/** `tls` of a target's configuration entry: certificates are always verified (T27); keys of a client are secrets and in no message. */
import { X509Certificate, createPrivateKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Json } from '../interpreter/core/model/value.ts';
import type { Entry } from './entry.ts';
import { isEntry, refuseUnknown, entryText } from './entry.ts';

export interface TlsOptions {
  /** PEM texts. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly passphrase?: string;
  /** Name that the certificates of all servers must have, instead of the name in the address. */
  readonly serverName?: string;
}

/** Undefined: in the clear. `of`: what the entry is, with its article. Throws with words for the operator. */
export async function tlsOf(given: Json | undefined, of: string, directory: string): Promise<TlsOptions | undefined> {
  if (given === undefined || given === false) return undefined;
  if (given === true) return {};
  const where = `tls of ${of}`;
  if (!isEntry(given))
    throw new Error(`${where} is true, false, or { ca, cert, key, serverName }; certificates are always verified`);
  checkTlsKeys(given, where);
  const texts: Record<string, string> = {};
  for (const name of ['ca', 'cert', 'key']) {
    const said = entryText(given, name, where);
    if (said !== undefined) texts[name] = await pem(said, `${name} of the ${where}`, directory);
  }
  for (const name of ['passphrase', 'serverName']) {
    const said = entryText(given, name, where);
    if (said !== undefined) texts[name] = said;
  }
  const tls: TlsOptions = texts;
  checkPems(tls, where);
  return tls;
}

/** What can be told without the files. Throws with words for the operator. */
export function checkTlsKeys(given: Entry, where: string): void {
  refuseUnknown(given, ['ca', 'cert', 'key', 'passphrase', 'serverName'], where, 'certificates are always verified');
  const { cert, key } = given;
  if ((cert === undefined) !== (key === undefined))
    throw new Error(`${where} needs cert and key together; a certificate proves nothing without its key`);
}

/** A file, or the PEM text itself, as a secret reference opens to it. The path of a key is not a secret; its text is in no message. */
async function pem(said: string, what: string, directory: string): Promise<string> {
  const read = said.includes('-----BEGIN')
    ? said
    : await readFile(resolve(directory, said), 'utf8').catch((problem: unknown) => {
        const code = (problem as { readonly code?: string }).code ?? 'unreadable';
        throw new Error(`${what} cannot be read (${code}): ${short(said)}`);
      });
  if (!read.includes('-----BEGIN')) throw new Error(`${what} is not PEM text`);
  return read;
}

const short = (path: string): string => (path.length > 200 ? `${path.slice(0, 200)}...` : path);

/** Said before anything connects: the driver's own words at the first connection name neither the file nor the reason. */
function checkPems(tls: TlsOptions, where: string): void {
  for (const name of ['ca', 'cert'] as const) {
    const given = tls[name];
    if (given !== undefined && !parses(() => new X509Certificate(given)))
      throw new Error(`${name} of the ${where} is not a PEM certificate`);
  }
  const { cert, key, passphrase } = tls;
  if (cert === undefined || key === undefined) return;
  const opened = parses(() => createPrivateKey({ key, ...(passphrase === undefined ? {} : { passphrase }) }));
  if (opened === undefined) throw new Error(`key of the ${where} cannot be opened: no private key in PEM, or another passphrase`);
  if (!new X509Certificate(cert).checkPrivateKey(opened)) throw new Error(`cert and key of the ${where} do not belong together`);
}

function parses<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}
