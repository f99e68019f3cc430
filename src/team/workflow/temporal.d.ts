/** What we use of the package that a workflow runs with. It is there where workers run, and nowhere else, so its own types are not. */
declare module '@temporalio/workflow' {
  export interface ActivityOptions {
    readonly taskQueue?: string;
    readonly startToCloseTimeout?: number;
    readonly scheduleToStartTimeout?: number;
    readonly heartbeatTimeout?: number;
    readonly retry?: { readonly maximumAttempts?: number; readonly initialInterval?: number; readonly maximumInterval?: number };
    readonly cancellationType?: 'WAIT_CANCELLATION_COMPLETED' | 'TRY_CANCEL' | 'ABANDON';
  }
  export function proxyActivities<A>(options: ActivityOptions): A;
  export function sleep(ms: number): Promise<void>;
  export function condition(fn: () => boolean, timeout: number): Promise<boolean>;
  export function condition(fn: () => boolean): Promise<void>;
  export function allHandlersFinished(): boolean;
  export function workflowInfo(): {
    readonly workflowId: string;
    readonly runId: string;
    readonly workflowType: string;
    readonly historyLength: number;
    readonly continueAsNewSuggested: boolean;
  };
  export function setHandler(definition: unknown, handler: unknown, options?: { readonly validator?: unknown }): void;
  export function defineUpdate(name: string): unknown;
  export function defineQuery(name: string): unknown;
  export function defineSignal(name: string): unknown;
  export function upsertSearchAttributes(attributes: Readonly<Record<string, readonly string[]>>): void;
  export function makeContinueAsNewFunc(options: {
    readonly workflowType?: string;
  }): (...args: readonly unknown[]) => Promise<never>;
  export function startChild(
    type: string,
    options: { readonly workflowId: string; readonly args: readonly unknown[]; readonly parentClosePolicy: 'ABANDON' },
  ): Promise<unknown>;
  export class CancellationScope {
    constructor(options?: { readonly cancellable?: boolean });
    run<T>(work: () => Promise<T>): Promise<T>;
    cancel(): void;
    static nonCancellable<T>(work: () => Promise<T>): Promise<T>;
  }
  export class ActivityFailure extends Error {}
  export class TimeoutFailure extends Error {
    readonly timeoutType: 'SCHEDULE_TO_START' | 'START_TO_CLOSE' | 'SCHEDULE_TO_CLOSE' | 'HEARTBEAT';
    readonly lastHeartbeatDetails: unknown;
  }
  export class CancelledFailure extends Error {}
  export class ApplicationFailure extends Error {
    readonly type?: string | null;
    static nonRetryable(message: string, type?: string, ...details: readonly unknown[]): ApplicationFailure;
  }
}
