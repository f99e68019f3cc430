/** Findings in the configuration, in the shape of those in documents. Positions from 1. */
export interface ConfigDiagnostic {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly severity: 'error' | 'warning';
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

export interface Spot {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

const start: Spot = { line: 1, column: 1, endLine: 1, endColumn: 1 };

export function refusal(file: string, code: string, message: string, hint?: string, spot: Spot = start): ConfigDiagnostic {
  return { file, ...spot, severity: 'error', code, message, ...(hint === undefined ? {} : { hint }) };
}
