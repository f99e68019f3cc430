/** A headless Chromium, spoken to over its own protocol: what a page looks like, says on its console and asks of a network. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { eventually } from './cli.ts';
import type { Devtools } from './devtools.ts';
import { openDevtools } from './devtools.ts';

export interface Page {
  /** Console messages, errors of the page, and what its policy refused. */
  readonly complaints: readonly string[];
  /** Addresses that were asked for, the page's own included. */
  readonly requests: readonly string[];
  evaluate(expression: string): Promise<unknown>;
  goTo(url: string): Promise<void>;
  /** With the mouse, in the middle of what the selector finds; fails where something else lies over it or it is out of reach. */
  press(selector: string): Promise<void>;
  /** Press, and wait for the page that follows. */
  follow(selector: string): Promise<void>;
  /** Into a field, as from a keyboard. */
  type(selector: string, text: string): Promise<void>;
  /** PNG as base64. */
  screenshot(): Promise<string>;
  /** Number of pages on paper (A4). */
  printed(): Promise<number>;
}

export interface PageSize {
  readonly width: number;
  readonly height: number;
  /** Default: on. */
  readonly scripts?: 'on' | 'off';
}

export interface Browser {
  /** In a window that shares no cookie with another one. */
  open(url: string, size: PageSize): Promise<Page>;
  close(): Promise<void>;
}

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
  const whole = await openDevtools(address);
  return {
    open: async (url, size) => openPage(await privateWindow(whole, new URL(address).host), url, size),
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

async function privateWindow({ send }: Devtools, host: string): Promise<Devtools> {
  const { browserContextId } = await send('Target.createBrowserContext');
  const { targetId } = await send('Target.createTarget', { url: 'about:blank', browserContextId });
  return openDevtools(`ws://${host}/devtools/page/${String(targetId)}`);
}

async function openPage(
  { send, next, complaints, requests }: Devtools,
  url: string,
  { width, height, scripts = 'on' }: PageSize,
): Promise<Page> {
  for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await send(`${domain}.enable`);
  const screen = { width, height, deviceScaleFactor: 1, mobile: width < 500 };
  await send('Emulation.setDeviceMetricsOverride', screen);
  if (scripts === 'off') await send('Emulation.setScriptExecutionDisabled', { value: true });
  const evaluate = async (expression: string): Promise<unknown> => {
    const { result, exceptionDetails } = await send('Runtime.evaluate', { expression, returnByValue: true });
    if (exceptionDetails !== undefined) throw new Error(`${expression}: ${JSON.stringify(exceptionDetails)}`);
    return (result as { readonly value?: unknown }).value;
  };
  const arriving = async (act: () => Promise<unknown>): Promise<void> => {
    const loaded = next('Page.loadEventFired');
    await act();
    await loaded;
  };
  const goTo = (to: string): Promise<void> => arriving(() => send('Page.navigate', { url: to }));
  const press = async (selector: string): Promise<void> => {
    const found = (await evaluate(middleOf(selector))) as { readonly x: number; readonly y: number } | string;
    if (typeof found === 'string') throw new Error(`${selector} cannot be pressed: ${found}`);
    for (const type of ['mousePressed', 'mouseReleased'])
      await send('Input.dispatchMouseEvent', { type, ...found, button: 'left', clickCount: 1 });
  };
  await goTo(url);
  return {
    complaints,
    requests,
    evaluate,
    goTo,
    press,
    follow: (selector) => arriving(() => press(selector)),
    type: async (selector, text) => {
      await press(selector);
      await send('Input.insertText', { text });
    },
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

/** Where a thumb would go, or why it cannot. */
const middleOf = (selector: string): string => `(() => {
  const one = document.querySelector(${JSON.stringify(selector)});
  if (!one) return 'it is not there: ' + document.title;
  one.scrollIntoView({ block: 'center' });
  const { left, top, width, height } = one.getBoundingClientRect();
  const [x, y] = [left + width / 2, top + height / 2];
  const there = document.elementFromPoint(x, y);
  return one === there || one.contains(there) ? { x, y } : 'over it is ' + (there ? there.outerHTML.slice(0, 80) : 'nothing');
})()`;
