/** The webhook of Alertmanager. */
import { alertsIn } from '../alerts/alert.ts';
import { json, CallRefused } from '../http/reply.ts';
import type { Route } from './route.ts';

export const alertRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/hooks/alertmanager',
    door: 'alerts',
    speaks: 'json',
    answer: async ({ house, call }) => {
      const { alerts } = house;
      if (alerts === undefined) throw new CallRefused(404, 'no alerts are taken here', 'serve.alertmanager of the configuration');
      alerts.checkSender(call);
      const taken = await alerts.take(alertsIn(call.body.toString('utf8')));
      // The sender tries again later; what was started is not started twice.
      return json({ alerts: taken }, taken.some(({ became }) => became === 'failed') ? 503 : 200);
    },
  },
];
