/** What the lab breaks in a running replica: it writes a file, and the replica looks at it a few times a second. */
import { readFileSync } from 'node:fs';

export interface Fault {
  /** For how many seconds of production a handler is stuck at shutdown. */
  readonly stuckSeconds: number;
  /** Messages a second that this replica can send to all of its clients together. */
  readonly capacity: number;
}

export const noFault: Fault = { stuckSeconds: 0, capacity: 10_000 };

const lookEveryMs = 200;

/** The fault at this moment. */
export function watchFault(file: string | undefined): () => Fault {
  if (file === undefined) return () => noFault;
  let fault = read(file);
  setInterval(() => {
    fault = read(file);
  }, lookEveryMs).unref();
  return () => fault;
}

/** A file that is just being written is looked at again. */
function read(file: string): Fault {
  try {
    return { ...noFault, ...(JSON.parse(readFileSync(file, 'utf8')) as Partial<Fault>) };
  } catch {
    return noFault;
  }
}
