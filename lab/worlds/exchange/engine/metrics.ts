/** What an engine exports. */
import type { Metric, Sample } from '../../../services/exposition.ts';
import { exposition, one } from '../../../services/exposition.ts';
import { symbols } from '../names.ts';
import type { Engine } from './node.ts';

export function metricsOf(engine: Engine): string {
  const { journal, publisher, leadership, figures, node } = engine;
  const bySymbol = symbols.map((symbol): Sample => ({ labels: { symbol }, value: journal.seqOf(symbol) }));
  const cpu = process.cpuUsage(figures.cpu);
  const metrics: readonly Metric[] = [
    { name: 'engine_queue_depth', type: 'gauge', help: 'Commands that wait', samples: one(0) },
    {
      name: 'engine_loop_seconds',
      type: 'histogram',
      help: 'Time of a turn of the matching loop',
      samples: figures.loop.samples(),
    },
    ...(figures.isPanelMissing()
      ? []
      : [
          {
            name: 'engine_wal_fsync_seconds',
            type: 'histogram',
            help: 'Time of a write to the log',
            samples: figures.wal.samples(),
          } as const,
        ]),
    {
      name: 'engine_cpu_ratio',
      type: 'gauge',
      help: 'Share of a processor since the start',
      samples: one((cpu.user + cpu.system) / 1e6 / process.uptime()),
    },
    { name: 'engine_trades_total', type: 'counter', help: 'Trades by symbol', samples: bySymbol },
    { name: 'engine_seq', type: 'gauge', help: 'Last sequence number by symbol', samples: bySymbol },
    { name: 'engine_durable_seq', type: 'gauge', help: 'Position in the log', samples: one(journal.durableSeq()) },
    {
      name: 'engine_is_leader',
      type: 'gauge',
      help: 'Whether the node believes to lead',
      samples: one(leadership.role() === 'leader' ? 1 : 0),
    },
    {
      name: 'engine_duplicate_seq_total',
      type: 'counter',
      help: 'Positions that both nodes have given away',
      samples: one(engine.duplicates),
    },
    ...(leadership.role() === 'leader' && leadership.holdsLease()
      ? ([
          {
            name: 'outbox_backlog',
            type: 'gauge',
            help: 'Trades that are not at the brokers yet',
            samples: [{ labels: { source: 'engine' }, value: publisher.backlog() }],
          },
          {
            name: 'kafka_produce_lag_seconds',
            type: 'gauge',
            help: 'Age of the oldest trade that is not at the brokers',
            samples: one(publisher.lag()),
          },
        ] as const)
      : []),
    {
      name: 'kafka_produce_errors_total',
      type: 'counter',
      help: 'Batches that the brokers did not take',
      samples: one(publisher.errors()),
    },
  ];
  return exposition(
    metrics.map((metric) => ({
      ...metric,
      samples: metric.samples.map((sample) => ({ ...sample, labels: { node, ...sample.labels } })),
    })),
  );
}
