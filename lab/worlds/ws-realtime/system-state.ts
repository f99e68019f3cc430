/** What the world says of itself at `/state`. */
export interface SystemState {
  readonly isDeployed: boolean;
  readonly wanted: number;
  readonly ready: number;
  readonly pods: readonly { readonly name: string; readonly port: number; readonly timeoutSeconds: number }[];
  readonly stuckSeconds: number;
  readonly isLeaked: boolean;
  readonly crowd: { readonly size: number; readonly connected: number; readonly violations: number };
}
