/** The ledger as a service reaches it: by the one address that leads to the primary. */
import { Pool } from 'pg';
import { variable } from '../../../services/variables.ts';

export function openLedger(name: string): Pool {
  const pool = new Pool({
    connectionString: variable('LEDGER'),
    application_name: name,
    max: 2,
    connectionTimeoutMillis: 4000,
    idleTimeoutMillis: 5000,
    allowExitOnIdle: true,
  });
  pool.on('error', () => undefined);
  return pool;
}
