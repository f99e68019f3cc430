/** What the supervisor keeps alive, and what it tells about it. */

export interface Unit {
  /** Unique in its world, for example `gatherer@gatherer-1`; also the name of its log file. */
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** What happens when it ends by itself; without it: `on-failure`. */
  readonly restart?: 'always' | 'on-failure' | 'never';
  /** Milliseconds from its end to the next start; without it: 100. */
  readonly restartAfter?: number;
  /** `restartAfter` counts from the first question for its status behind its end: whoever has to see it waiting does, on a busy machine too. */
  readonly restartOnceSeen?: boolean;
  /** Starts within `startWindow` after which it is left failed, as systemd does; without it: 5. */
  readonly startLimit?: number;
  /** Milliseconds; without it: 10,000. */
  readonly startWindow?: number;
  /** What asks it to end; without it: SIGTERM. */
  readonly stopSignal?: NodeJS.Signals;
  /** Milliseconds from that signal to SIGKILL; without it: 5000. */
  readonly stopWithin?: number;
  /** The host whose `systemctl` and `journalctl` know it, by the part of its name before the @. */
  readonly host?: string;
  /** The name that `docker` knows it by. */
  readonly container?: string;
  /** The deployment of `kubectl` that it is a pod of; its name is the pod's. */
  readonly deployment?: string;
}

export interface UnitStatus {
  readonly unit: Unit;
  /** `waiting`: it has ended and is about to be started again. `failed`: it has ended and stays so. */
  readonly state: 'running' | 'waiting' | 'stopped' | 'failed';
  readonly pid?: number;
  /** Of the process that runs, else of the last one. ISO 8601. */
  readonly startedAt?: string;
  /** Starts that nobody asked for. */
  readonly restarts: number;
  /** How the last process ended. */
  readonly ended?: Ended;
  /** It was stopped by SIGSTOP: connections open, nothing answers. */
  readonly frozen: boolean;
}

export interface Ended {
  readonly at: string;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A line that a unit, or the supervisor about it (`pid` 1), has written. */
export interface LogLine {
  readonly at: string;
  readonly pid: number;
  readonly line: string;
}
