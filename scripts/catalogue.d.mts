interface Runbook {
  readonly id: string;
  readonly number: number;
  readonly count: number;
  readonly path: string;
}

/** A step, or a key of the document such as `comms`. */
interface Place {
  readonly id: string;
  readonly type?: string;
  readonly title?: string;
}

export function sources(): readonly { readonly title: string; readonly runbooks: readonly Runbook[] }[];
export function marksOf(path: string): ReadonlyMap<string, readonly Place[]>;
export function gaps(): readonly string[];
export function cataloguePage(): string;
