/** `node dist/lab/ws-realtime/service.js`: the service ws-realtime, from Kafka topics to WebSocket clients. Ends in order on TERM, within its shutdown timeout. */
import { setTimeout as sleep } from 'node:timers/promises';
import { readConfig } from '../service/config.ts';
import { startReader } from '../service/consumer.ts';
import { watchFault } from '../service/fault.ts';
import { openGateway } from '../service/gateway.ts';
import { createHub } from '../service/hub.ts';
import { createLog } from '../service/log.ts';

async function serve(): Promise<void> {
  const log = createLog(process.env['POD_NAME'] ?? 'ws-realtime', process.env['LAB_LOG_FILE']);
  const config = readConfig(process.env);
  const { limits, topics, clientBuffer: buffer, shutdownTimeoutMs } = config;
  const fault = watchFault(limits.faultFile);
  const hub = createHub({ buffer, linkRate: limits.linkRate, capacity: () => fault().capacity, topics, log });
  const gateway = await openGateway(config, hub, log);
  const reader = startReader(config, hub, log);
  const production = (ms: number): string => `${((ms * limits.timeScale) / 1000).toFixed(1)}s`;

  const shutDown = async (): Promise<void> => {
    const start = performance.now();
    log(`shutting down; ${String(hub.count())} connected`);
    gateway.stopAccepting();
    const orderly = Promise.all([reader.stop(), sleep((fault().stuckSeconds * 1000) / limits.timeScale)]).then(() => hub.close());
    const isOrderly = await Promise.race([orderly.then(() => true), sleep(shutdownTimeoutMs).then(() => false)]);
    const took = production(performance.now() - start);
    log(isOrderly ? `shutdown complete in ${took}` : `shutdown timed out after ${took}: a handler is stuck; clients are cut off`);
    process.exit(isOrderly ? 0 : 1);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void shutDown());
}

serve().catch((problem: unknown) => {
  process.stderr.write(`${new Date().toISOString()} [ws-realtime] ${(problem as Error).message}\n`);
  process.exit(1);
});
