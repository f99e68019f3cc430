/** `lsof -i :PORT`: who listens at a port of this world. */
import { portOf } from '../../../state.ts';
import type { Tool } from '../../../tools/tool.ts';
import { printed, refused } from '../../../tools/tool.ts';
import { containers } from '../names.ts';
import type { System } from '../system.ts';
import { stranger } from '../units.ts';

export function createLsof({ state, supervisor }: System): Tool {
  const owners: readonly (readonly [port: number, unit: string, command: string])[] = [
    [portOf(state, 'websocketServer'), stranger, 'stranger'],
    [portOf(state, 'websocketServer'), containers['websocket-server'], 'websocket'],
    [portOf(state, 'prometheus'), containers.prometheus, 'prometheu'],
    [portOf(state, 'kafka'), containers.kafka, 'java'],
  ];
  return async ({ argv }) => {
    const port = /:(\d+)$/.exec(argv.find((word) => word.includes(':')) ?? '')?.[1];
    if (port === undefined) return refused('lsof: the stand-in of the lab only knows -i :PORT');
    const rows = owners.flatMap(([number, unit, command]) => {
      const status = supervisor.status(unit);
      return String(number) === port && status?.state === 'running'
        ? [`${command.padEnd(9)} ${String(status.pid)} root 20u IPv4 TCP 127.0.0.1:${port} (LISTEN)`]
        : [];
    });
    return rows.length === 0 ? { code: 1 } : printed(['COMMAND   PID USER FD TYPE NODE NAME', ...rows].join('\n'));
  };
}
