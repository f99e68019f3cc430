/** A gatherer: receives the stream of the exchange, buffers it, and writes trades and snapshots into a database of its own. */
import { randomUUID } from 'node:crypto';
import { port, variable } from '../../../services/variables.ts';
import { addresses, readSettings, wholeNumber } from '../services/environment.ts';
import { createConnection } from '../services/connection.ts';
import { exposition, labelled, one } from '../../../services/exposition.ts';
import { createGapCounter } from '../services/gaps.ts';
import { micros } from '../services/market.ts';
import { createRecorder } from '../services/recorder.ts';
import { run } from '../../../services/run.ts';
import type { Answer } from '../../../services/serve.ts';
import { notFound, serve } from '../../../services/serve.ts';

/** Milliseconds between two writes. */
const writeEvery = 200;

async function start(): Promise<void> {
  const host = variable('HOST');
  const bufferSize = wholeNumber(readSettings(variable('CONFIG')), 'router.orderbook_buffer_size');
  const recorder = createRecorder(addresses()[host] ?? '', bufferSize);
  const gaps = createGapCounter();
  let received = 0;
  const connection = createConnection(`${variable('EXCHANGE')}?client=${host}:${randomUUID()}`, (message) => {
    received += 1;
    recorder.take(message, micros());
  });
  const health = (): Answer => {
    const isHealthy = connection.isOpen() && recorder.isWriting();
    return {
      status: isHealthy ? 200 : 503,
      json: { status: isHealthy ? 'ok' : 'unhealthy', connected: connection.isOpen(), writing: recorder.isWriting(), bufferSize },
    };
  };
  await serve(port('HEALTH_PORT'), (path) => (path === '/health' ? health() : notFound));
  await serve(port('METRICS_PORT'), (path) => (path === '/metrics' ? { status: 200, text: metrics() } : notFound));
  const metrics = (): string =>
    exposition([
      { name: 'messages_received_total', type: 'counter', help: 'Messages of the exchange', samples: one(received) },
      { name: 'sequence_gaps', type: 'counter', help: 'Gaps in the sequence of deltas', samples: one(gaps.total()) },
      { name: 'writer_seq_gaps', type: 'counter', help: 'Gaps by market', samples: labelled('market', gaps.byMarket()) },
      {
        name: 'conn_manager_connections_healthy',
        type: 'gauge',
        help: 'Open connections',
        samples: one(connection.isOpen() ? 1 : 0),
      },
      {
        name: 'reconnects_total',
        type: 'counter',
        help: 'Connections after the first, tried or made',
        samples: one(connection.reconnects()),
      },
      {
        name: 'ws_client_errors',
        type: 'counter',
        help: 'Errors of the connection by type',
        samples: labelled('type', connection.errors()),
      },
      { name: 'dropped', type: 'counter', help: 'Messages that the buffer had no room for', samples: one(recorder.dropped()) },
    ]);
  process.stdout.write(`gatherer ${host} started, orderbook_buffer_size ${String(bufferSize)}\n`);
  const write = async (): Promise<void> => {
    for (const delta of await recorder.write()) gaps.see(delta);
    setTimeout(() => void write(), writeEvery);
  };
  await write();
}

run(start);
