/** The deduplicator: reads new trades of every gatherer and writes each of them once into production. */
import { port, variable } from '../../../services/variables.ts';
import { addresses, readSettings, setting, wholeNumber } from '../services/environment.ts';
import { createDuplicateRate } from '../services/duplicate-rate.ts';
import type { Metric } from '../../../services/exposition.ts';
import { exposition, labelled, one } from '../../../services/exposition.ts';
import { run } from '../../../services/run.ts';
import { notFound, serve } from '../../../services/serve.ts';
import { createSync } from '../services/sync.ts';

/** Milliseconds between two rounds. */
const syncEvery = 200;

async function start(): Promise<void> {
  const settings = readSettings(variable('CONFIG'));
  const sources = String(setting(settings, 'sources'))
    .split(',')
    .map((name) => name.trim());
  const production = String(setting(settings, 'production.host'));
  const delay = wholeNumber(settings, 'sync.delay_seconds') * 1_000_000;
  const known = addresses();
  const rate = createDuplicateRate();
  const sync = createSync({
    sources: sources.map((name) => ({ name, address: known[name] ?? '' })),
    production: known[production] ?? '',
    delay,
    rate,
  });
  const health = (): number => (sync.isConnected() ? 200 : 503);
  await serve(port('HEALTH_PORT'), (path) =>
    path === '/health'
      ? { status: health(), json: { status: health() === 200 ? 'ok' : 'unhealthy', production, sources, delay } }
      : notFound,
  );
  const metrics = (): readonly Metric[] => [
    { name: 'dedup_sync_lag', type: 'gauge', help: 'Seconds that production is behind the gatherers', samples: one(sync.lag()) },
    { name: 'dedup_rds_up', type: 'gauge', help: 'Whether production takes trades', samples: one(sync.isConnected() ? 1 : 0) },
    { name: 'dedup_rds_errors_total', type: 'counter', help: 'Failed writes into production', samples: one(sync.errors()) },
    { name: 'dedup_rds_rows_total', type: 'counter', help: 'Trades written into production', samples: one(sync.rows()) },
    {
      name: 'dedup_source_up',
      type: 'gauge',
      help: 'Whether the gatherer can be read',
      samples: labelled('gatherer', sync.sourcesUp()),
    },
    ...rate.now().map(
      (value) =>
        ({
          name: 'dedup_duplicate_rate',
          type: 'gauge',
          help: 'Share of trades that were there already',
          samples: one(value),
        }) as const,
    ),
  ];
  await serve(port('METRICS_PORT'), (path) => (path === '/metrics' ? { status: 200, text: exposition(metrics()) } : notFound));
  process.stdout.write(`deduplicator started, sources ${sources.join(', ')}, production ${production}\n`);
  const round = async (): Promise<void> => {
    await sync.round();
    setTimeout(() => void round(), syncEvery);
  };
  await round();
}

run(start);
