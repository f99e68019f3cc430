/** Keys of a target of type `ssh`: the configuration finds mistyped ones at their place, the client reads no others. */
export const sshTargetKeys = ['host', 'user', 'port', 'identity', 'knownHosts', 'jump', 'connectTimeout', 'options'] as const;

/**
 * Options of the operator's ssh client that an entry may set. None of them runs a program, forwards anything, asks somebody, or weakens how the
 * server is recognised.
 */
export const sshOptions: readonly string[] = [
  'AddressFamily',
  'BindAddress',
  'BindInterface',
  'CASignatureAlgorithms',
  'CertificateFile',
  'Ciphers',
  'Compression',
  'ConnectionAttempts',
  'GSSAPIAuthentication',
  'HostKeyAlgorithms',
  'HostKeyAlias',
  'IPQoS',
  'IdentityAgent',
  'KexAlgorithms',
  'MACs',
  'PreferredAuthentications',
  'PubkeyAcceptedAlgorithms',
  'RekeyLimit',
  'RequiredRSASize',
  'ServerAliveCountMax',
  'ServerAliveInterval',
  'TCPKeepAlive',
];
