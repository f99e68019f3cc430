import type { Json, Ms } from '../core/model/value.ts';
import type { ConfigDiagnostic, Spot } from './diagnostics.ts';
import type { ServeSettings } from './serve-types.ts';

/** One entry under `targets`: its type and whatever the step types of that type need to reach it. */
export interface TargetEntry {
  readonly type: string;
  readonly [key: string]: Json;
}

/** One entry under `stepTypes`: a package, pinned by its content. Where it lies is looked up when it is needed. */
export interface StepTypeEntry {
  /** Name of the step type in runbooks. */
  readonly type: string;
  /** Folder (starts with `.` or `/`), or npm name. */
  readonly package: string;
  /** Expected `sha256:` over all files. */
  readonly hash: string;
  /** Folder of the configuration: where relative folders begin and node_modules are looked for. */
  readonly from: string;
  /** The entry in the configuration. */
  readonly at: Spot & { readonly file: string };
}

/** Commands that keep the heads of records where the folder of runs is not. */
export interface Anchor {
  /** Gets a line `RUN NUMBER HASH` on its stdin. */
  readonly put: readonly string[];
  /** Prints such lines, also of other runs and in longer lines. */
  readonly get?: readonly string[];
}

/** Where a run happens: the names that runbooks declare, bound to addresses and credentials. */
export interface Environment {
  readonly name: string;
  /** Allows timeScale. */
  readonly rehearsal: boolean;
  readonly timeScale: number;
  readonly targets: Readonly<Record<string, TargetEntry>>;
  /** Target -> zone, for targets that only workers of a zone reach. A run on one machine reaches all of them itself. */
  readonly zones?: Readonly<Record<string, string>>;
  /** Name -> reference (`env:X`, `file:/p`, `exec:[...]`), never the secret. */
  readonly secrets: Readonly<Record<string, string>>;
  /** What conditions may read as `env.x`. */
  readonly facts: Readonly<Record<string, Json>>;
  /** Step types from outside that the configuration names, for whoever performs the run. */
  readonly stepTypes?: readonly StepTypeEntry[];
  /** Accounts that several people use, by name or `user:<uid>`: behind them the name that is given tells people apart. */
  readonly sharedAccounts?: readonly string[];
  /** Accounts whose word for other people counts, by name or `user:<uid>`: that of `runbook serve`. */
  readonly vouchingAccounts?: readonly string[];
  readonly anchor?: Anchor;
}

export interface Config {
  /** Absent: there is no configuration file, which is fine for runbooks without targets and secrets. */
  readonly path?: string;
  /** Hash of its text. */
  readonly sha?: string;
  readonly environments: Readonly<Record<string, Environment>>;
  readonly roles: Readonly<Record<string, readonly string[]>>;
  readonly stepTypes?: readonly StepTypeEntry[];
  readonly sharedAccounts?: readonly string[];
  readonly vouchingAccounts?: readonly string[];
  readonly anchor?: Anchor;
  readonly lint?: LintDemands;
  /** By the name that `runbook mcp --agent NAME` was started with. */
  readonly agents?: Readonly<Record<string, AgentPolicy>>;
  /** Of `runbook serve`. */
  readonly serve?: ServeSettings;
}

/** What an agent may do that others have to be asked for. */
export interface AgentPolicy {
  /** The user of the host that it runs as, by name or `user:<uid>`. Absent: any. */
  readonly account?: string;
  /** Environment -> ids of the runbooks that it starts without a person's agreement; `*` is every runbook. */
  readonly mayStart: Readonly<Record<string, readonly string[]>>;
}

/** What `lint` demands beyond what every runbook must be. */
export interface LintDemands {
  /** Every runbook was rehearsed, with success and as it is now, in this time. */
  readonly rehearsedWithin?: Ms;
}

/** For runbooks that need no configuration. */
export const emptyEnvironment: Environment = {
  name: 'local',
  rehearsal: false,
  timeScale: 1,
  targets: {},
  secrets: {},
  facts: {},
};

/** What a file says as far as it can be read, and what is wrong with it. */
export interface LoadedConfig {
  readonly config: Config;
  readonly diagnostics: readonly ConfigDiagnostic[];
}
