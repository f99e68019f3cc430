/** A headless Chromium, spoken to over its own protocol: what a page looks like, says on its console and asks of a network. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import WebSocket from 'ws';
import { eventually } from './cli.ts';

export interface Page {
  /** Console messages, errors of the page, and what its policy refused. */
  readonly complaints: readonly string[];
  /** Addresses that were asked for, the page's own included. */
  readonly requests: readonly string[];
  evaluate(expression: string): Promise<unknown>;
  /** PNG as base64. */
  screenshot(): Promise<string>;
  /** Number of pages on paper (A4). */
  printed(): Promise<number>;
}

export interface Browser {
  open(url: string, size: { readonly width: number; readonly height: number }): Promise<Page>;
  close(): Promise<void>;
}

type Send = (method: string, parameters?: object) => Promise<Readonly<Record<string, unknown>>>;

export async function openBrowser(): Promise<Browser> {
  const profile = mkdtempSync(join(tmpdir(), 'runbook-browser-'));
  const child = spawn(
    'chromium',
    [
      ...[
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-sync',
        '--disable-dev-shm-usage',
      ],
      ...['--disable-background-networking', '--disable-component-update', `--user-data-dir=${profile}`],
      ...['--remote-debugging-port=0', '--remote-debugging-address=127.0.0.1', 'about:blank'],
    ],
    { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, HOME: profile }, detached: true },
  );
  const exited = new Promise<void>((done) => child.once('exit', () => done()));
  const address = await new Promise<string>((done, fail) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      const [, found] = /DevTools listening on (ws:\S+)/.exec(line) ?? [];
      if (found !== undefined) done(found);
    });
    child.once('exit', () => fail(new Error('chromium ended before it listened')));
  });
  return {
    open: (url, size) => openPage(new URL(address).host, url, size),
    close: async () => {
      // A group of its own: the browser is many processes, and each of them writes into the profile.
      process.kill(-(child.pid ?? 0), 'SIGKILL');
      await exited;
      await eventually('the profile can be removed', () => {
        try {
          rmSync(profile, { recursive: true, force: true });
          return true;
        } catch {
          return false;
        }
      });
    },
  };
}

async function openPage(host: string, url: string, size: { readonly width: number; readonly height: number }): Promise<Page> {
  const made = (await (await fetch(`http://${host}/json/new?about:blank`, { method: 'PUT' })).json()) as {
    readonly webSocketDebuggerUrl: string;
  };
  const socket = new WebSocket(made.webSocketDebuggerUrl);
  await new Promise((done, fail) => socket.once('open', done).once('error', fail));
  const complaints: string[] = [];
  const requests: string[] = [];
  const { send, loaded } = protocol(socket, complaints, requests);
  for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await send(`${domain}.enable`);
  await send('Emulation.setDeviceMetricsOverride', { ...size, deviceScaleFactor: 1, mobile: size.width < 500 });
  await send('Page.navigate', { url });
  await loaded;
  const evaluate = async (expression: string): Promise<unknown> => {
    const { result } = await send('Runtime.evaluate', { expression, returnByValue: true });
    return (result as { readonly value?: unknown }).value;
  };
  return {
    complaints,
    requests,
    evaluate,
    screenshot: async () => String((await send('Page.captureScreenshot', { captureBeyondViewport: false }))['data']),
    printed: async () => {
      const { data } = await send('Page.printToPDF', { paperWidth: 8.27, paperHeight: 11.69 });
      return (
        Buffer.from(String(data), 'base64')
          .toString('latin1')
          .match(/\/Type\s*\/Page\b/g)?.length ?? 0
      );
    },
  };
}

function protocol(
  socket: WebSocket,
  complaints: string[],
  requests: string[],
): { readonly send: Send; readonly loaded: Promise<void> } {
  let last = 0;
  const waiting = new Map<
    number,
    { readonly done: (value: Readonly<Record<string, unknown>>) => void; readonly fail: (problem: Error) => void }
  >();
  let done: () => void = () => undefined;
  const loaded = new Promise<void>((resolve) => {
    done = resolve;
  });
  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString('utf8')) as {
      readonly id?: number;
      readonly method?: string;
      readonly params?: Readonly<Record<string, unknown>>;
      readonly result?: Readonly<Record<string, unknown>>;
      readonly error?: { readonly message: string };
    };
    const call = message.id === undefined ? undefined : waiting.get(message.id);
    if (message.error !== undefined) call?.fail(new Error(message.error.message));
    else call?.done(message.result ?? {});
    if (message.method === 'Page.loadEventFired') done();
    if (['Log.entryAdded', 'Runtime.consoleAPICalled', 'Runtime.exceptionThrown'].includes(message.method ?? ''))
      complaints.push(JSON.stringify(message.params));
    if (message.method === 'Network.requestWillBeSent')
      requests.push((message.params?.['request'] as { readonly url: string }).url);
  });
  const send: Send = (method, params = {}) =>
    new Promise((resolve, reject) => {
      last += 1;
      waiting.set(last, { done: resolve, fail: reject });
      socket.send(JSON.stringify({ id: last, method, params }));
    });
  return { send, loaded };
}
