/** The configuration: where runbooks meet addresses and credentials. */
export type { AgentPolicy, Anchor, Config, Environment, LintDemands, StepTypeEntry, TargetEntry } from './types.ts';
export type { AlertStartRule, AlertmanagerSettings, OidcSettings, ServeSettings, TokenHash } from './serve-types.ts';
export { emptyEnvironment } from './types.ts';
export { loadConfig, selectEnvironment } from './load.ts';
