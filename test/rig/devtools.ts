/** One end of Chromium's own protocol: commands with their answers, and what a page complains of and asks for. */
import WebSocket from 'ws';

export interface Devtools {
  readonly send: (method: string, parameters?: object) => Promise<Readonly<Record<string, unknown>>>;
  /** Resolves with the next event of this name. */
  readonly next: (event: string) => Promise<void>;
  readonly complaints: readonly string[];
  readonly requests: readonly string[];
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
}

interface Waiting {
  readonly done: (value: Readonly<Record<string, unknown>>) => void;
  readonly fail: (problem: Error) => void;
}

const complaining = ['Log.entryAdded', 'Runtime.consoleAPICalled', 'Runtime.exceptionThrown'];

export async function openDevtools(address: string): Promise<Devtools> {
  const socket = new WebSocket(address);
  await new Promise((done, fail) => socket.once('open', done).once('error', fail));
  const complaints: string[] = [];
  const requests: string[] = [];
  const waiting = new Map<number, Waiting>();
  const expected = new Map<string, (() => void)[]>();
  let last = 0;
  socket.on('message', (data: Buffer) => {
    const { id, method = '', params, result, error } = JSON.parse(data.toString('utf8')) as Message;
    const call = id === undefined ? undefined : waiting.get(id);
    if (error !== undefined) call?.fail(new Error(error.message));
    else call?.done(result ?? {});
    for (const done of expected.get(method) ?? []) done();
    expected.delete(method);
    if (complaining.includes(method)) complaints.push(JSON.stringify(params));
    if (method === 'Network.requestWillBeSent') requests.push((params?.['request'] as { readonly url: string }).url);
  });
  return {
    complaints,
    requests,
    next: (event) => new Promise((done) => expected.set(event, [...(expected.get(event) ?? []), done])),
    send: (method, parameters = {}) =>
      new Promise((done, fail) => {
        last += 1;
        waiting.set(last, { done, fail });
        socket.send(JSON.stringify({ id: last, method, params: parameters }));
      }),
  };
}
