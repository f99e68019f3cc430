/** Open clients, one per step type and target, shared by the steps of a run and closed at its end. */
import { bindTarget } from '../config/targets.ts';
import type { Environment } from '../config/config.ts';
import type { Fault, Ms } from '../core/model/value.ts';
import type { OpenContext, Session } from '../port/step-type.ts';
import type { Registry } from '../port/registry.ts';
import type { Vault } from './vault.ts';

export type Opened =
  { readonly ok: true; readonly session: Session; readonly context: OpenContext } | { readonly ok: false; readonly fault: Fault };

export interface Sessions {
  open(type: string, target: string | undefined, signal: AbortSignal, deadline: Ms): Promise<Opened>;
  /** After a timeout or an unknown outcome: the client may be poisoned (M6). */
  drop(type: string, target: string | undefined): Promise<void>;
  close(): Promise<void>;
}

const closeGraceMs = 2000;

export function createSessions(registry: Registry, environment: Environment, vault: Vault, directory: string): Sessions {
  const open = new Map<string, Promise<Session>>();
  const name = (type: string, target: string | undefined): string => `${type} ${target ?? ''}`;
  const entryOf = async (
    target: string | undefined,
    signal: AbortSignal,
  ): Promise<Pick<OpenContext, 'target' | 'targetType'>> => {
    if (target === undefined) return { target: null };
    const bound = bindTarget(environment, target);
    if (!bound.ok) throw new Error(bound.message);
    return { target: await vault.openEntry(bound.entry, signal), targetType: bound.type };
  };
  return {
    open: async (type, target, signal, deadline) => {
      const load = registry.get(type)?.load;
      if (load === undefined)
        return { ok: false, fault: { class: 'plugin', code: 'not-executable', message: `the step type ${type} has no runner` } };
      try {
        const context: OpenContext = {
          ...(await entryOf(target, signal)),
          ...(target === undefined ? {} : { targetName: target }),
          secret: (secret) => vault.open(secret, signal),
          signal,
          deadline,
          directory,
        };
        const key = name(type, target);
        let session = open.get(key);
        if (session === undefined) {
          session = load().then((runner) => runner.open(context));
          open.set(key, session);
          session.catch(() => open.delete(key));
        }
        return { ok: true, session: await session, context };
      } catch (problem) {
        return {
          ok: false,
          fault: { class: 'config', code: 'open-failed', message: problem instanceof Error ? problem.message : String(problem) },
        };
      }
    },
    drop: async (type, target) => {
      const session = open.get(name(type, target));
      open.delete(name(type, target));
      await settleQuietly(session);
    },
    close: async () => {
      const all = [...open.values()];
      open.clear();
      await Promise.all(all.map(settleQuietly));
    },
  };
}

/** Closing must not keep a finished run from ending. */
async function settleQuietly(session: Promise<Session> | undefined): Promise<void> {
  if (session === undefined) return;
  const closing = session.then((one) => one.close()).catch(() => undefined);
  let timer: NodeJS.Timeout | undefined;
  const grace = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, closeGraceMs);
  });
  await Promise.race([closing, grace]);
  clearTimeout(timer);
}
