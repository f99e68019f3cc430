/** A pod: a unit of the supervisor, at the port of its slot, that is asked again and again whether it is ready. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Supervisor } from '../../../supervisor/supervisor.ts';

export interface Pod {
  readonly name: string;
  readonly slot: number;
  readonly port: number;
  /** Which template it was made from. */
  readonly revision: string;
  /** Variables that it was started with. */
  readonly env: Readonly<Record<string, string>>;
  isReady(): boolean;
  /** TERM, then KILL after its grace. Returns when it is gone. */
  stop(): Promise<void>;
}

export interface PodStart {
  readonly name: string;
  readonly slot: number;
  readonly port: number;
  readonly revision: string;
  readonly env: Readonly<Record<string, string>>;
  /** What is run: a program and its arguments. */
  readonly command: readonly [string, ...string[]];
  /** Milliseconds from TERM to KILL. */
  readonly graceMs: number;
  /** Called when readiness changes. */
  readonly onChange: () => void;
}

/** A container that ends is started again without end. */
const kubelet = { restartAfter: 500, startLimit: Infinity };
const probeEveryMs = 50;
const probeReadyEveryMs = 500;

export async function startPod(supervisor: Supervisor, start: PodStart): Promise<Pod> {
  const { name, slot, port, revision, env, command, graceMs, onChange } = start;
  const own = { POD_NAME: name, WS_BIND_ADDRESS: `127.0.0.1:${String(port)}` };
  supervisor.define({ name, command, env: { ...env, ...own }, restart: 'always', ...kubelet, stopWithin: graceMs });
  await supervisor.start(name);
  let isWanted = true;
  let isReady = false;
  const probe = async (): Promise<void> => {
    while (isWanted) {
      const now = await answers(port);
      if (isWanted && now !== isReady) {
        isReady = now;
        onChange();
      }
      await sleep(isReady ? probeReadyEveryMs : probeEveryMs);
    }
  };
  void probe();
  return {
    name,
    slot,
    port,
    revision,
    env,
    isReady: () => isReady,
    stop: async () => {
      isWanted = false;
      isReady = false;
      await supervisor.remove(name);
    },
  };
}

async function answers(port: number): Promise<boolean> {
  try {
    const reply = await fetch(`http://127.0.0.1:${String(port)}/healthz`, { signal: AbortSignal.timeout(1000) });
    await reply.body?.cancel();
    return reply.status === 200;
  } catch {
    return false;
  }
}
