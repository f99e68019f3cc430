/** `k6 run SCRIPT`: opens as many clients as the script says, for as long as it says, and prints what k6 prints at the end. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { Invocation, Tool, ToolResult } from '../../../tools/tool.ts';
import { refused } from '../../../tools/tool.ts';
import { readWords } from './words.ts';

interface Measured {
  readonly sessions: number;
  readonly failures: number;
  readonly messages: number;
  /** Milliseconds from the record's time to its arrival, sorted. */
  readonly latencies: readonly number[];
  readonly seconds: number;
}

export const createK6 =
  (timeScale: number): Tool =>
  async (invocation) => {
    const { words, options } = readWords(invocation.argv, ['--vus', '--duration', '--summary-export'], {
      '-u': '--vus',
      '-d': '--duration',
    });
    const [verb = '', script = ''] = words;
    if (verb === 'version') return { code: 0, stdout: 'k6 v0.49.0 (stand-in of the lab)\n' };
    if (verb !== 'run') return refused(`Error: unknown command "${verb}" for "k6"`, 255);
    const path = resolve(invocation.cwd, script);
    if (!existsSync(path)) return refused(`ERRO[0000] The moduleSpecifier "${script}" couldn't be found on local disk.`, 255);
    const text = readFileSync(path, 'utf8');
    const vus = Number(options['--vus']?.[0] ?? /vus:\s*(\d+)/.exec(text)?.[1] ?? 1);
    const seconds = secondsOf(options['--duration']?.[0] ?? /duration:\s*'([^']+)'/.exec(text)?.[1] ?? '10s') / timeScale;
    const measured = await measure(invocation.env ?? {}, vus, seconds);
    const file = options['--summary-export']?.[0];
    if (file !== undefined) writeFileSync(resolve(invocation.cwd, file), `${JSON.stringify(summaryOf(measured))}\n`);
    return toldBy(measured, vus);
  };

async function measure(env: NonNullable<Invocation['env']>, vus: number, seconds: number): Promise<Measured> {
  const address = new URL(env['WS_URL'] ?? 'ws://localhost:8080/ws');
  const headers = { authorization: `Bearer ${env['WS_TOKEN'] ?? ''}` };
  const start = performance.now();
  const latencies: number[] = [];
  let failures = 0;
  let messages = 0;
  const sockets = Array.from({ length: vus }, () => {
    const socket = new WebSocket(address, { headers, handshakeTimeout: 5000 });
    let isOver = false;
    socket.on('open', () => {
      socket.send('{"subscribe":"lines"}');
    });
    socket.on('message', (data) => {
      messages += 1;
      const { data: body } = JSON.parse(String(data)) as { readonly data?: { readonly at?: number } };
      if (body?.at !== undefined) latencies.push(Date.now() - body.at);
    });
    const fail = (): void => {
      if (!isOver) failures += 1;
      isOver = true;
    };
    socket.on('error', fail);
    socket.on('close', (code) => {
      if (code !== 1000 && code !== 1005) fail();
    });
    return {
      end: () => {
        isOver = true;
        socket.terminate();
      },
    };
  });
  await sleep(seconds * 1000);
  for (const socket of sockets) socket.end();
  latencies.sort((one, other) => one - other);
  return { sessions: vus, failures, messages, latencies, seconds: (performance.now() - start) / 1000 };
}

const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

const summaryOf = ({ sessions, failures, messages, latencies, seconds }: Measured): unknown => ({
  metrics: {
    ws_sessions: { count: sessions },
    ws_connect_failures: { value: failures / sessions, passes: failures, fails: sessions - failures },
    ws_msgs_received: { count: messages, rate: messages / seconds },
    ws_latency: { 'p(50)': percentile(latencies, 0.5), 'p(95)': percentile(latencies, 0.95), max: latencies.at(-1) ?? 0 },
  },
});

function toldBy(measured: Measured, vus: number): ToolResult {
  const { failures, messages, latencies, seconds, sessions } = measured;
  const line = (name: string, text: string): string => `     ${name.padEnd(24, '.')}: ${text}`;
  const lines = [
    `  scenarios: (100.00%) 1 scenario, ${String(vus)} max VUs`,
    line('ws_connect_failures', `${((failures / sessions) * 100).toFixed(2)}% ${String(failures)} of ${String(sessions)}`),
    line('ws_latency', `p(95)=${String(percentile(latencies, 0.95))}ms max=${String(latencies.at(-1) ?? 0)}ms`),
    line('ws_msgs_received', `${String(messages)} ${(messages / seconds).toFixed(1)}/s`),
    line('ws_sessions', String(sessions)),
  ];
  return { code: 0, stdout: `${lines.join('\n')}\n` };
}

/** 30s, 1m30s. */
function secondsOf(text: string): number {
  const units: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 0.001 };
  return [...text.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)].reduce(
    (sum, [, n = '0', unit = 's']) => sum + Number(n) * (units[unit] ?? 0),
    0,
  );
}
