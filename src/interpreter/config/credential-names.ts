/** Keys of the configuration whose values are credentials, and texts that are nothing else wherever they occur. */

const names =
  /passw|passphrase|token|secret|authori[sz]ation|api-?key|access-?key|private-?key|credential|cookie|signature|(key|auth)$|webhook/i;
/** Names that match, of what is not a credential: addresses, and files that hold one. */
const harmless = /url$|path$|file$/i;

export const isCredentialName = (key: string): boolean => names.test(key) && !harmless.test(key);

/** As above, without the names that are credentials only now and then: `key: /etc/tls/key.pem`, `auth: none`, `webhook: https://...`. */
export const isSurelyCredentialName = (key: string): boolean =>
  isCredentialName(key) &&
  /passw|passphrase|token|secret|authori[sz]ation|(api|access|private|integration|routing)-?key|cookie/i.test(key);

/** Forms that are nothing else, with what they are. */
export const unmistakableSecrets: readonly (readonly [string, RegExp])[] = [
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY-----/],
  ['an AWS access key', /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/],
  ['a GitHub token', /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,})\b/],
  ['a GitLab token', /\bglpat-[A-Za-z0-9_-]{20,}/],
  ['a Slack token', /\bxox[abeprs]-[A-Za-z0-9-]{10,}/],
  ['the key of a Slack webhook', /\bhooks\.slack\.com\/services\/[A-Z0-9]+\/[A-Z0-9]+\/[A-Za-z0-9]{16,}/],
  ['a Google key', /\bAIza[0-9A-Za-z_-]{35}\b/],
  ['a JSON web token', /\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}/],
  // Looked for from the `://` on: beginning with the scheme would try every letter of a long word.
  ['a password in an address', /(?<=[a-z0-9+.-]):\/\/[^\s/:@{]*:[^\s/@{]{3,}@/i],
  ['a token in an address', /[?&](?:access_?|auth_?|api_?)?(?:token|key|secret|sig|signature|password)=[^&#\s"'{}]{8,}/i],
  ['a bearer token', /\bBearer\s+[A-Za-z0-9._~+/-]{16,}=*/],
];
