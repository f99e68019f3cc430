/** What `serve` of a configuration says: who is let in, and how they are proven. Secrets are references and tokens are hashes; neither value is ever here. */

/** `sha256:` and 64 hexadecimal digits, of a token of at least 32 random bytes. */
export type TokenHash = string;

export interface ServeSettings {
  /** What people type: https, or http on this machine. */
  readonly url?: string;
  readonly oidc?: OidcSettings;
  /** Name of a person -> their token. */
  readonly people: Readonly<Record<string, PersonToken>>;
  /** Name of an agent -> its token. */
  readonly agents: Readonly<Record<string, AgentToken>>;
  /** Environment -> roles or names that may start runs there; `*` is everybody who is let in. An environment that is not named: nobody. */
  readonly mayStart: Readonly<Record<string, readonly string[]>>;
  readonly alertmanager?: AlertmanagerSettings;
  readonly metrics?: { readonly token: TokenHash };
  readonly traces?: { readonly endpoint: string };
  /** The last address of X-Forwarded-For is the caller's: a proxy in front is the only one that can connect. */
  readonly behindProxy: boolean;
}

export interface OidcSettings {
  readonly issuer: string;
  readonly clientId: string;
  /** Reference; absent: a public client. */
  readonly clientSecret?: string;
  readonly scopes: readonly string[];
  /** Claim that is the name of a person, the same as on the host. */
  readonly name: string;
  /** Claim with a list of groups. */
  readonly groups: string;
  /** Role -> groups, one of which proves it. */
  readonly roles: Readonly<Record<string, readonly string[]>>;
  /** Groups, one of which lets somebody in; `*` is everybody whom the issuer knows. Empty: nobody, which is refused when the configuration is read. */
  readonly admit: readonly string[];
}

export interface PersonToken {
  readonly token: TokenHash;
  readonly roles: readonly string[];
}

export interface AgentToken {
  readonly token: TokenHash;
  readonly onBehalfOf: string;
}

export interface AlertmanagerSettings {
  /** Reference: key of HMAC signatures. */
  readonly signingKey?: string;
  readonly token?: TokenHash;
  /** The first that fits an alert decides; none: nothing is started. */
  readonly rules: readonly AlertStartRule[];
}

export interface AlertStartRule {
  /** Labels that the alert must have. */
  readonly labels: Readonly<Record<string, string>>;
  readonly environment: string;
  readonly severity?: string;
  /** Ids of the runbooks that start without anybody's agreement; `*` is every runbook. */
  readonly startAlone: readonly string[];
}
