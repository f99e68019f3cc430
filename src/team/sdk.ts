/**
 * The packages of Temporal, found where a team has installed them: beside this program, or in the folder that RUNBOOK_TEAM_PACKAGES names. Only
 * `runbook worker` and runs of a team load them; what we use of them is named here, because their own types are not installed.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { usage } from '../console/exit-codes.ts';
import { packageRoot } from '../console/package-root.ts';

/** Tested with these. */
export const sdkVersion = '1.24.0';

export interface ClientSdk {
  readonly Connection: { connect(options: { readonly address: string }): Promise<ClientConnection> };
  readonly Client: new (options: ClientOptions) => TeamClient;
  readonly WithStartWorkflowOperation: new (type: string, options: StartOptions) => unknown;
  readonly WorkflowNotFoundError: ErrorClass;
  readonly WorkflowUpdateFailedError: ErrorClass;
  readonly WorkflowExecutionAlreadyStartedError: ErrorClass;
  readonly QueryNotRegisteredError: ErrorClass;
}

type ErrorClass = abstract new (...args: never) => Error;

export interface ClientConnection {
  readonly workflowService: {
    registerNamespace(request: object): Promise<unknown>;
    describeNamespace(request: object): Promise<unknown>;
  };
  readonly operatorService: { addSearchAttributes(request: object): Promise<unknown> };
  close(): Promise<void>;
}

export interface ClientOptions {
  readonly connection: unknown;
  readonly namespace: string;
  readonly dataConverter: DataConverter;
}

export interface DataConverter {
  readonly payloadCodecs: readonly PayloadCodec[];
}

export interface Payload {
  readonly metadata?: Readonly<Record<string, Uint8Array>> | null;
  readonly data?: Uint8Array | null;
}

export interface PayloadCodec {
  encode(payloads: Payload[]): Promise<Payload[]>;
  decode(payloads: Payload[]): Promise<Payload[]>;
}

export interface StartOptions {
  readonly workflowId: string;
  readonly taskQueue: string;
  readonly args: readonly unknown[];
  readonly workflowIdConflictPolicy?: 'FAIL';
  readonly workflowIdReusePolicy?: 'REJECT_DUPLICATE' | 'ALLOW_DUPLICATE';
  readonly workflowTaskTimeout?: number;
  readonly startDelay?: number;
  readonly memo?: Readonly<Record<string, unknown>>;
  readonly searchAttributes?: Readonly<Record<string, readonly unknown[]>>;
}

export interface Described {
  readonly workflowId: string;
  readonly runId: string;
  readonly status: { readonly name: string };
  readonly startTime: Date;
  readonly closeTime?: Date;
  /** As the server told it; only of one that was asked by its id. */
  readonly raw?: { readonly pendingWorkflowTask?: { readonly attempt?: unknown } | null };
  readonly memo?: Readonly<Record<string, unknown>>;
  readonly searchAttributes?: Readonly<Record<string, readonly unknown[]>>;
}

export interface Handle {
  readonly workflowId: string;
  query<T>(name: string, ...args: readonly unknown[]): Promise<T>;
  signal(name: string, ...args: readonly unknown[]): Promise<void>;
  executeUpdate<T>(name: string, options: { readonly args: readonly unknown[]; readonly updateId?: string }): Promise<T>;
  describe(): Promise<Described>;
  terminate(reason?: string): Promise<unknown>;
  result(): Promise<unknown>;
}

export interface TeamClient {
  readonly workflow: {
    start(type: string, options: StartOptions): Promise<Handle>;
    getHandle(id: string, run?: string): Handle;
    list(options: { readonly query: string }): AsyncIterable<Described>;
    executeUpdateWithStart<T>(
      name: string,
      options: { readonly args: readonly unknown[]; readonly startWorkflowOperation: unknown },
    ): Promise<T>;
  };
  readonly schedule: {
    create(options: object): Promise<unknown>;
    getHandle(id: string): { delete(): Promise<unknown>; trigger(): Promise<unknown>; describe(): Promise<unknown> };
  };
  readonly connection: ClientConnection;
}

export interface WorkerSdk {
  readonly NativeConnection: { connect(options: { readonly address: string }): Promise<ClientConnection> };
  readonly Worker: { create(options: object): Promise<TeamWorker> };
  readonly Runtime: { install(options: object): unknown };
  readonly DefaultLogger: new (level: string, write: (entry: LogEntry) => void) => unknown;
  bundleWorkflowCode(options: object): Promise<{ readonly code: string }>;
}

export interface LogEntry {
  readonly level: string;
  readonly message: string;
  readonly meta?: Readonly<Record<string, unknown>>;
}

export interface TeamWorker {
  run(): Promise<void>;
  shutdown(): void;
}

export interface ActivitySdk {
  readonly Context: { current(): ActivityContext };
}

export interface ActivityContext {
  /** `heartbeatTimeoutMs`: absent or 0 where no signs of life are asked for. */
  readonly info: { readonly heartbeatTimeoutMs?: number };
  readonly cancellationSignal: AbortSignal;
  /** Rejects with why it was cancelled. */
  readonly cancelled: Promise<never>;
  heartbeat(details?: unknown): void;
}

const named = 'RUNBOOK_TEAM_PACKAGES';

/** Where the packages are: the folder that has them in its `node_modules`. */
export function packagesFolder(): string {
  const folder = process.env[named];
  return folder === undefined || folder === '' ? packageRoot() : folder;
}

function load<T>(name: string): T {
  const folder = packagesFolder();
  try {
    return createRequire(join(folder, 'package.json'))(`@temporalio/${name}`) as T;
  } catch (problem) {
    if ((problem as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw problem;
    const packages = ['client', 'worker', 'workflow', 'activity'].map((one) => `@temporalio/${one}@${sdkVersion}`).join(' ');
    throw usage(
      `the package @temporalio/${name}, which runs of a team need, is not installed beside ${folder}`,
      `npm install ${packages}, beside runbook or in a folder that ${named} names`,
    );
  }
}

export const clientSdk = (): ClientSdk => load<ClientSdk>('client');
export const workerSdk = (): WorkerSdk => load<WorkerSdk>('worker');
export const activitySdk = (): ActivitySdk => load<ActivitySdk>('activity');

/** The nearest `node_modules` that has the packages: a workflow's code is bundled with what is there. */
export function modulesFolder(): string {
  let folder = dirname(createRequire(join(packagesFolder(), 'package.json')).resolve('@temporalio/workflow'));
  while (!existsSync(join(folder, '@temporalio', 'workflow'))) folder = dirname(folder);
  return folder;
}
