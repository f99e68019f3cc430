/** What the edge exports: its API, its clients, and who was not let in. */
import type { Metric } from '../../../services/exposition.ts';
import { createHistogram, exposition, labelled, one } from '../../../services/exposition.ts';
import type { Load } from './crowd.ts';

export interface EdgeFigures {
  /** A request that was answered after so many seconds. */
  request(status: number, seconds: number): void;
  /** What has happened since the last call, at this load. */
  pass(seconds: number, load: Load): void;
  exposition(load: Load, clients: number, sent: number): string;
}

export function createEdgeFigures(): EdgeFigures {
  const durations = createHistogram([0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]);
  const codes = new Map<string, number>([['200', 0]]);
  let slowConsumers = 0;
  return {
    request: (status, seconds) => {
      durations.observe(seconds);
      codes.set(String(status), (codes.get(String(status)) ?? 0) + 1);
    },
    pass: (seconds, { closes }) => {
      slowConsumers += closes * seconds;
    },
    exposition: (load, clients, sent) => {
      const metrics: readonly Metric[] = [
        {
          name: 'trading_api_request_duration_seconds',
          type: 'histogram',
          help: 'Time of a request',
          samples: durations.samples(),
        },
        { name: 'trading_api_requests_total', type: 'counter', help: 'Requests by status', samples: labelled('code', codes) },
        { name: 'edge_cpu_ratio', type: 'gauge', help: 'Share of the processors', samples: one(load.cpu) },
        { name: 'ws_connected_clients', type: 'gauge', help: 'Clients that are connected', samples: one(clients + load.clients) },
        { name: 'ws_messages_sent_total', type: 'counter', help: 'Messages sent to clients', samples: one(sent) },
        {
          name: 'ws_close_total',
          type: 'counter',
          help: 'Connections that the edge has closed, by reason',
          samples: labelled(
            'reason',
            new Map([
              ['SLOW_CONSUMER', Math.floor(slowConsumers)],
              ['NORMAL', 0],
            ]),
          ),
        },
        {
          name: 'ws_drop_total',
          type: 'counter',
          help: 'Messages that were dropped, by channel',
          samples: labelled(
            'channel',
            new Map([
              ['trades', 0],
              ['book', Math.floor(slowConsumers)],
            ]),
          ),
        },
        {
          name: 'ws_connection_backlog',
          type: 'gauge',
          help: 'Messages that wait for the slowest client',
          samples: one(Math.round(load.queue / Math.max(1, load.clients))),
        },
        { name: 'ws_outbound_queue', type: 'gauge', help: 'Messages that wait for all clients', samples: one(load.queue) },
        { name: 'ws_publish_lag_seconds', type: 'gauge', help: 'Time that a message waits', samples: one(load.publishLag) },
        {
          name: 'auth_fail_total',
          type: 'counter',
          help: 'Requests that were not let in, by reason',
          samples: labelled(
            'reason',
            new Map([
              ['bad_signature', 0],
              ['expired', 0],
              ['unknown_key', 0],
            ]),
          ),
        },
        { name: 'replay_detect_total', type: 'counter', help: 'Requests with a nonce that was used', samples: one(0) },
        {
          name: 'rate_limit_drop_total',
          type: 'counter',
          help: 'Requests over the limit of a key',
          samples: labelled('key', new Map([['probe', 0]])),
        },
      ];
      return exposition(metrics);
    },
  };
}
