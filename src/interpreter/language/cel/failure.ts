/** How evaluation stops: an exception inside this folder, turned into a Fault at its door. */
import type { Fault } from '../../core/model/value.ts';

export class Failure extends Error {
  readonly fault: Fault;
  constructor(fault: Fault) {
    super(fault.message);
    this.fault = fault;
  }
}

/** What was asked for is not there: not yet, or misspelt. */
export const isMissing = ({ code }: Fault): boolean => ['unknown-field', 'nothing', 'out-of-range', 'no-match'].includes(code);

/** Messages name kinds and names, never values: a value may be confidential. */
export function fail(code: string, message: string, hint?: string, kind: 'expression' | 'noData' = 'expression'): never {
  throw new Failure({ class: kind, code, message, ...(hint === undefined ? {} : { hint }) });
}
