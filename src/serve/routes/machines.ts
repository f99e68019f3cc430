/** What machines ask for: the two static files, health, metrics. */
import { script } from '../pages/script.ts';
import { pageStyle } from '../pages/style.ts';
import { textReply } from '../http/reply.ts';
import { refuseMetrics } from '../identity/who.ts';
import { metricsText } from '../signals/metrics.ts';
import { measured } from '../signals/measured.ts';
import type { Route } from './route.ts';

const fixed = (path: string, body: string, type: string): Route => ({
  method: 'GET',
  path,
  door: 'open',
  speaks: 'text',
  answer: () => Promise.resolve(textReply(body, type)),
});

export const machineRoutes: readonly Route[] = [
  fixed('/static/serve.css', pageStyle, 'text/css; charset=utf-8'),
  fixed('/static/serve.js', script, 'text/javascript; charset=utf-8'),
  fixed('/healthz', 'ok\n', 'text/plain; charset=utf-8'),
  {
    method: 'GET',
    path: '/metrics',
    door: 'metrics',
    speaks: 'text',
    answer: async ({ house, call }) => {
      refuseMetrics(house, call);
      return textReply(metricsText(await measured(house)), 'text/plain; version=0.0.4; charset=utf-8');
    },
  },
];
