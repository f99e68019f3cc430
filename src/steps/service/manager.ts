/** What manages services, as this step type sees it: one command that reads, one for each action. */
import type { Action } from './params.ts';

export interface ServiceState {
  readonly state: 'running' | 'starting' | 'stopping' | 'stopped' | 'failed';
  readonly healthy: boolean;
  readonly wanted: number;
  readonly ready: number;
  readonly image?: string;
  /** Another one after each start; compared, never shown. */
  readonly life: string;
}

export interface ManagerRequest {
  readonly action: Action;
  readonly name: string;
  readonly replicas?: number;
  readonly image?: string;
}

export interface Manager {
  /** Commands whose output `read` takes; more than one is joined by line breaks. */
  readonly reading: (name: string) => readonly string[];
  /** Throws in words where the output tells no state. */
  readonly read: (output: string, name: string) => ServiceState;
  readonly acting: (request: ManagerRequest) => readonly string[];
}
