// Load on the gateway: each virtual user opens one WebSocket, subscribes to lines and reads.
import ws from 'k6/ws';
import { Rate, Trend } from 'k6/metrics';

export const options = { vus: 50, duration: '30s' };

const failures = new Rate('ws_connect_failures');
const latency = new Trend('ws_latency', true);

export default function () {
  const url = __ENV.WS_URL || 'ws://localhost:8080/ws';
  const parameters = { headers: { Authorization: `Bearer ${__ENV.WS_TOKEN}` } };
  const response = ws.connect(url, parameters, (socket) => {
    socket.on('open', () => socket.send(JSON.stringify({ subscribe: 'lines' })));
    socket.on('message', (text) => latency.add(Date.now() - JSON.parse(text).data.at));
    socket.setTimeout(() => socket.close(), 30000);
  });
  failures.add(!response || response.status !== 101);
}
