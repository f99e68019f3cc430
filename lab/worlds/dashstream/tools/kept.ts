/** What a container has printed, as `docker logs` shows it. */
import type { LogLine } from '../../../supervisor/unit.ts';
import { containers } from '../names.ts';
import type { System } from '../system.ts';

/** Lines of the container itself, not of the supervisor about it; of a broker that loses messages, its complaints too. */
export function linesOf({ supervisor, affliction }: System, container: string): readonly LogLine[] {
  const own = supervisor.log(container).filter(({ pid }) => pid !== 1);
  const { brokerLosesEvery, at } = affliction();
  if (container !== containers.kafka || brokerLosesEvery === 0) return own;
  const complaints = Array.from({ length: Math.min(50, Math.ceil((Date.now() - at) / 1000)) }, (_, second) => {
    const when = new Date(at + second * 1000).toISOString();
    const line = `[${when}] ERROR [ReplicaManager broker=1] Error while appending records to dashstream-quality-0`;
    return { at: when, pid: 2, line };
  });
  return [...own, ...complaints];
}

export interface Wanted {
  /** Last lines only. */
  readonly tail?: number;
  /** Milliseconds since 1970. */
  readonly since?: number;
  readonly timestamps: boolean;
}

export function printedLines(lines: readonly LogLine[], { tail, since, timestamps }: Wanted): string {
  const young = lines.filter(({ at }) => since === undefined || Date.parse(at) >= since);
  const kept = tail === undefined ? young : tail === 0 ? [] : young.slice(-tail);
  return kept.map(({ at, line }) => `${timestamps ? `${at} ` : ''}${line}\n`).join('');
}

/** `10m`, `1h30m`, a time stamp or seconds since 1970; undefined: none of them. */
export function sinceOf(text: string, now = Date.now()): number | undefined {
  const units: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };
  if (/^(?:\d+(?:\.\d+)?(?:ms|[hms]))+$/.test(text)) {
    const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|[hms])/g)];
    return now - parts.reduce((sum, [, count = '0', unit = 's']) => sum + Number(count) * (units[unit] ?? 0), 0);
  }
  const time = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}
