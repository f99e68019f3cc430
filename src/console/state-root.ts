import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where runs are kept: RUNBOOK_STATE_DIR, else XDG_STATE_HOME/runbook, else ~/.local/state/runbook. */
export function stateRoot(): string {
  const own = process.env['RUNBOOK_STATE_DIR'];
  if (own !== undefined && own !== '') return own;
  const base = process.env['XDG_STATE_HOME'];
  return join(base !== undefined && base !== '' ? base : join(homedir(), '.local', 'state'), 'runbook');
}
