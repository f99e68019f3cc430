/** What the parts of one engine share. Made once per run in engine.ts; everything mutable in it has one owner. */
import { join } from 'node:path';
import type { Environment } from '../config/config.ts';
import type { Decision, Observation } from '../core/model/event.ts';
import type { Node, Plan } from '../core/model/plan.ts';
import type { Instance, State } from '../core/model/state.ts';
import type { Key, Ms, Value } from '../core/model/value.ts';
import type { Redactor } from '../guard/redact.ts';
import type { Scope } from '../language/scope-type.ts';
import { buildScope } from '../language/scope.ts';
import type { Registry } from '../port/registry.ts';
import type { Attachment } from '../port/step-type.ts';
import type { RunDirectory } from '../store/run-directory.ts';
import type { Roles } from './approval.ts';
import type { TakeLock } from './call-locks.ts';
import type { Clock } from './clock.ts';
import type { Sessions } from './sessions.ts';
import { loadReference } from './values.ts';
import type { Vault } from './vault.ts';

/** Files for people, made from what is durable by now. */
export type Attachments = (kinds: readonly string[]) => Promise<readonly Attachment[]>;

export interface Engine {
  readonly plan: Plan;
  readonly registry: Registry;
  readonly environment: Environment;
  readonly directory: RunDirectory;
  readonly baseDirectory: string;
  readonly attachments?: Attachments;
  readonly clock: Clock;
  readonly redactor: Redactor;
  readonly vault: Vault;
  readonly sessions: Sessions;
  readonly roles: Roles;
  /** Absent where nothing is changed. */
  readonly takeLock?: TakeLock;
  /** Bytes of what an attempt prints that are kept; absent: the usual ones. */
  readonly outputLimit?: number;
  state(): State;
  /** Wall time of the run's opening, RFC 3339. */
  openedAt(): string;
  /** Run clock now. */
  now(): Ms;
  /** Hands an observation to the loop; appended and folded in order of arrival. */
  observed(event: Observation | Decision): void;
}

export interface Place {
  readonly node: Node;
  readonly instance: Instance;
}

/** Node and instance of a key that the core named; it never names one that is not there. */
export function placeOf(engine: Engine, key: Key): Place {
  const instance = engine.state().instances[key];
  const node = instance === undefined ? undefined : engine.plan.nodes[instance.node];
  if (instance === undefined || node === undefined) throw new Error(`the core named ${key}, which has no instance`);
  return { node, instance };
}

export function scopeFor(
  engine: Engine,
  key: Key,
  extra: { readonly value?: Value; readonly result?: Value; readonly before?: Value; readonly message?: boolean } = {},
): Scope {
  const { node, instance } = placeOf(engine, key);
  const moment = instance.sending;
  return buildScope(engine.plan, engine.state(), key, {
    ...extra,
    nowMs: engine.now(),
    openedAt: engine.openedAt(),
    load: (reference) => loadReference(join(engine.directory.path, 'output'), reference),
    ...(node.lane === 'comms' ? { message: true } : {}),
    ...(moment === undefined ? {} : { moment }),
  });
}
