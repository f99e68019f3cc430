/** Throw-away authorities and certificates, made by openssl when a test needs them. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { need } from './find.ts';

const run = promisify(execFile);

/** Paths of PEM files; the key is PKCS#8 without a passphrase. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

export const papersOf = (directory: string, name: string): Identity => ({
  cert: join(directory, `${name}.pem`),
  key: join(directory, `${name}.key`),
});

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];

export async function makeAuthority(directory: string, name: string): Promise<Identity> {
  const made = papersOf(directory, name);
  await run(need('openssl'), ['req', '-x509', ...newKey, '-keyout', made.key, '-out', made.cert, '-subj', `/CN=${name}`]);
  return made;
}

/** `names`: subject alternative names as openssl writes them, e.g. `IP:127.0.0.1,DNS:localhost`. */
export async function makeIdentity(directory: string, name: string, authority: Identity, names: string): Promise<Identity> {
  const made = papersOf(directory, name);
  const signedBy = ['-CA', authority.cert, '-CAkey', authority.key];
  const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=${names}`, '-addext', 'basicConstraints=CA:FALSE'];
  await run(need('openssl'), ['req', '-x509', ...signedBy, ...newKey, '-keyout', made.key, '-out', made.cert, ...subject]);
  return made;
}
