import type { Json } from '../core/value.ts';

/** One entry under `targets`: its type and whatever the step types of that type need to reach it. */
export interface TargetEntry {
  readonly type: string;
  readonly [key: string]: Json;
}

/** Where a run happens: the names that runbooks declare, bound to addresses and credentials (design.md 4). */
export interface Environment {
  readonly name: string;
  /** Allows timeScale. */
  readonly rehearsal: boolean;
  readonly timeScale: number;
  readonly targets: Readonly<Record<string, TargetEntry>>;
  /** Name -> reference (`env:X`, `file:/p`, `exec:[...]`), never the secret. */
  readonly secrets: Readonly<Record<string, string>>;
  /** What conditions may read as `env.x`. */
  readonly facts: Readonly<Record<string, Json>>;
}

export interface Config {
  /** Absent: there is no configuration file, which is fine for runbooks without targets and secrets. */
  readonly path?: string;
  readonly environments: Readonly<Record<string, Environment>>;
  readonly roles: Readonly<Record<string, readonly string[]>>;
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
