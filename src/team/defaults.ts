/** What holds where neither an option nor the configuration says otherwise. */
export const defaults = {
  address: '127.0.0.1:7233',
  namespace: 'runbook',
  queue: 'runbook',
  heartbeat: '10s',
  attempts: 100,
} as const;
