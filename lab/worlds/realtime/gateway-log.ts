/** The gateway's log file: what `kubectl logs deploy/ws-gateway` prints. */
import { appendFileSync, writeFileSync } from 'node:fs';

export interface GatewayLog {
  info(line: string): void;
  warn(line: string): void;
  clear(): void;
}

export function createGatewayLog(path: string): GatewayLog {
  const write = (level: string, line: string): void => {
    appendFileSync(path, `${new Date().toISOString()} ${level} ${line}\n`);
  };
  const clear = (): void => {
    writeFileSync(path, '');
    write('INFO', 'gateway_ready');
  };
  clear();
  return {
    info: (line) => {
      write('INFO', line);
    },
    warn: (line) => {
      write('WARN', line);
    },
    clear,
  };
}
