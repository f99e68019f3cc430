/** Who ordered what, why, and by which ticket: a line for each action, on disk before it is answered. */
import { appendFileSync, writeFileSync } from 'node:fs';
import { readLines } from '../../../process/sinks.ts';

export interface AuditLine {
  readonly at: string;
  readonly action: 'SetSymbolMode' | 'CancelAll' | 'WithdrawalsHalt' | 'OrderThrottle';
  readonly symbol: string | null;
  /** The mode, state or rate that was ordered. */
  readonly value: unknown;
  readonly reason: string;
  readonly ticket_id: string;
  readonly actor: string;
}

export interface Audit {
  add(line: Omit<AuditLine, 'at'>): AuditLine;
  /** null: of all tickets. */
  of(ticket: string | null): readonly AuditLine[];
  reset(): void;
}

export const createAudit = (file: string): Audit => ({
  add: (line) => {
    const written = { at: new Date().toISOString(), ...line };
    appendFileSync(file, `${JSON.stringify(written)}\n`);
    return written;
  },
  of: (ticket) => (readLines(file) as readonly AuditLine[]).filter((line) => ticket === null || line.ticket_id === ticket),
  reset: () => {
    writeFileSync(file, '');
  },
});
