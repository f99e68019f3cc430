/**
 * What a world of the lab declares: one folder a system. `lab up NAME` starts the servers it needs and one process that runs `open`;
 * everything else here is asked by the verbs of the lab, in a process of their own that finds the world by its state file.
 */
import type { Server } from 'node:http';
import type { Call, Reply } from '../process/call.ts';
import type { LabState, ServerName } from '../state.ts';
import type { Supervisor } from '../supervisor/supervisor.ts';
import type { Tool } from '../tools/tool.ts';

export interface World {
  /** One line for people. */
  readonly title: string;
  readonly servers: readonly ServerName[];
  /** Servers that `open` runs under the supervisor, because runbooks stop and start them; each has a port of its name. */
  readonly contained?: readonly ServerName[];
  /** Names of further ports on loopback that are the world's own while it is up; `portOf(state, name)` tells the number. */
  readonly ports?: readonly string[];
  /** Databases of the server `postgres`, each with the SQL that makes its tables. */
  readonly databases?: Readonly<Record<string, string>>;
  /** Rules for Prometheus, which evaluates them every second. */
  readonly rules?: readonly Rule[];
  /** Names of the ports whose /metrics Prometheus scrapes every second; without it: the control port. */
  readonly scrape?: readonly string[];
  /** Programs of the world's own on its PATH: name -> the command that runs it. */
  readonly programs?: (state: LabState) => Readonly<Record<string, Program>>;
  /** Tools on its PATH that `Running.tools` answers for. */
  readonly tools?: readonly string[];
  /** Hosts that `ssh` reaches, also those that are launched later; needs the server `sshd`. */
  readonly hosts?: readonly string[];
  /** Tools on the PATH of every host that `Running.tools` answers for. */
  readonly hostTools?: readonly string[];
  /** Targets of the environment that `lab config` prints. */
  readonly targets: (state: LabState) => Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Facts of that environment. */
  readonly facts?: (state: LabState) => Readonly<Record<string, unknown>>;
  /** Role -> names of people in it. `lab config` declares the account as shared, so that each name counts as another person. */
  readonly people?: Readonly<Record<string, readonly string[]>>;
  /** Further environments of that configuration, for example of staging. */
  readonly environments?: (state: LabState) => Readonly<Record<string, Environment>>;
  /** Where its secrets are found, as in a configuration: name -> for example `env:NAME`. */
  readonly secrets?: (state: LabState) => Readonly<Record<string, string>>;
  /** Further variables of `lab env`. */
  readonly env?: (state: LabState) => Readonly<Record<string, string>>;
  readonly faults: Readonly<Record<string, Fault>>;
  /** PromQL that has a result while nothing is wrong; `lab heal` waits for it. */
  readonly healthy?: string;
  /** What can be disabled: it answers success without acting, until the world is healed. */
  readonly remedies?: readonly string[];
  /** What is wrong, one line each; empty: nothing. It asks the system itself and uses nothing of the interpreter. */
  readonly verify: (state: LabState) => Promise<readonly string[]>;
  /** Runs the system, in the world's process. Prometheus may still be starting. */
  readonly open: (opening: Opening) => Promise<Running>;
}

export interface Environment {
  readonly facts: Readonly<Record<string, unknown>>;
  readonly targets: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface Fault {
  /** What breaks, for people. */
  readonly title: string;
  /** PromQL that has a result once the fault shows; `lab fault` waits for it. */
  readonly shows?: string;
}

/** A rule as Prometheus has it in its file. */
export type Rule = Readonly<Record<string, unknown>>;

/** A program on the PATH of a world. */
export interface Program {
  readonly command: readonly [string, ...string[]];
  readonly env?: Readonly<Record<string, string>>;
}

/** What the world's process has ready for the world; its servers answer by then. */
export interface Opening {
  readonly state: LabState;
  /** For child processes of the world; closed after the world. */
  readonly supervisor: Supervisor;
  /** Of the control port, for WebSocket upgrades; requests go through `Running.answer`. */
  readonly server: Server;
}

/** A world that runs. Faults, heal and remedies come one at a time. */
export interface Running {
  /** Answers a request at the control port; undefined: the path is unknown. */
  readonly answer: (call: Call) => Promise<Reply | undefined>;
  /** Injects a fault that the world declares. */
  readonly fault: (name: string) => Promise<void>;
  /** Undoes every fault and everything that a run may have changed, in a second or two, without restarting a server. */
  readonly heal: () => Promise<void>;
  /** From now on this remedy answers success and does nothing, until `heal`. */
  readonly disable?: (remedy: string) => void;
  /** Answers for the tools that the world declares. */
  readonly tools?: Readonly<Record<string, Tool>>;
  /** For people and tests: what the world thinks of itself. */
  readonly state: () => unknown;
  readonly close: () => Promise<void>;
}
