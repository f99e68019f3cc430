/** Keys of settings whose values are credentials: what was there before a change is as secret as what is there now. */

/** Parts of names, for the manifest and for what is shown before a change. */
export const credentialParts: readonly string[] = [
  'password',
  'passwd',
  'passphrase',
  'secret',
  'token',
  'credential',
  'apikey',
  'api_key',
  'api-key',
  'accesskey',
  'access_key',
  'private_key',
  'privatekey',
];

export const isCredential = (key: string): boolean => credentialParts.some((part) => key.toLowerCase().includes(part));
