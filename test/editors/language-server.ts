/** The YAML language server that editors start, spoken to over stdio as they do (Language Server Protocol 3.17). */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../rig/cli.ts';

export interface Place {
  readonly line: number;
  readonly character: number;
}
export interface Range {
  readonly start: Place;
  readonly end: Place;
}
export interface Problem {
  readonly message: string;
  readonly range: Range;
}
export interface Completion {
  readonly label: string;
  readonly insertText?: string;
  readonly documentation?: string | { readonly value: string };
}

export interface LanguageServer {
  /** Opens a document and resolves with what the server finds wrong in it. */
  open(path: string, text: string): Promise<readonly Problem[]>;
  complete(path: string, at: Place): Promise<readonly Completion[]>;
  /** The hover text, empty when there is none. */
  hover(path: string, at: Place): Promise<string>;
  close(): Promise<void>;
}

interface Message {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

const settings = {
  validate: true,
  hover: true,
  completion: true,
  schemaStore: { enable: false },
  kubernetesCRDStore: { enable: false },
};

export async function startLanguageServer(folder: string): Promise<LanguageServer> {
  const program = join(root, 'node_modules/yaml-language-server/bin/yaml-language-server');
  const child = spawn(process.execPath, [program, '--stdio'], { stdio: ['pipe', 'pipe', 'ignore'] });
  const ended = new Promise<void>((resolve) =>
    child.once('exit', () => {
      resolve();
    }),
  );
  const waiting = new Map<number, (answer: Message) => void>();
  const problems = new Map<string, (found: readonly Problem[]) => void>();
  let next = 0;
  const send = (message: object): void => {
    const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
    child.stdin.write(`Content-Length: ${String(body.length)}\r\n\r\n`);
    child.stdin.write(body);
  };
  const ask = (method: string, params: unknown): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const id = (next += 1);
      waiting.set(id, ({ result, error }) => {
        if (error === undefined) resolve(result);
        else reject(new Error(`${method}: ${error.message}`));
      });
      send({ id, method, params });
    });
  const take = (message: Message): void => {
    if (message.method === undefined) waiting.get(Number(message.id))?.(message);
    else if (message.id !== undefined) send({ id: message.id, result: answerTo(message) });
    else if (message.method === 'textDocument/publishDiagnostics') {
      const { uri, diagnostics } = message.params as { uri: string; diagnostics: readonly Problem[] };
      problems.get(uri)?.(diagnostics);
    }
  };
  child.stdout.on('data', reader(take));
  const uri = (path: string): string => pathToFileURL(path).href;
  await ask('initialize', {
    processId: process.pid,
    rootUri: uri(folder),
    workspaceFolders: [{ uri: uri(folder), name: 'runbooks' }],
    capabilities: {
      workspace: { configuration: true, workspaceFolders: true },
      textDocument: { completion: { completionItem: { snippetSupport: true } }, hover: { contentFormat: ['markdown'] } },
    },
  });
  send({ method: 'initialized', params: {} });
  send({ method: 'workspace/didChangeConfiguration', params: { settings: { yaml: settings } } });
  return {
    open: (path, text) =>
      new Promise((resolve) => {
        problems.set(uri(path), resolve);
        send({
          method: 'textDocument/didOpen',
          params: { textDocument: { uri: uri(path), languageId: 'yaml', version: 1, text } },
        });
      }),
    complete: async (path, position) => {
      const answer = await ask('textDocument/completion', { textDocument: { uri: uri(path) }, position });
      return (answer as { items: readonly Completion[] }).items;
    },
    hover: async (path, position) => {
      const answer = await ask('textDocument/hover', { textDocument: { uri: uri(path) }, position });
      return (answer as { contents: { value: string } } | null)?.contents.value ?? '';
    },
    close: async () => {
      await ask('shutdown', null);
      send({ method: 'exit' });
      await ended;
    },
  };
}

/** What a server asks of an editor: settings by section; everything else has no answer. */
function answerTo({ method, params }: Message): unknown {
  if (method !== 'workspace/configuration') return null;
  const { items } = params as { items: readonly { section?: string }[] };
  return items.map(({ section }) => (section === 'yaml' ? settings : section === '[yaml]' ? {} : null));
}

/** Cuts the stream into messages by their Content-Length. */
function reader(take: (message: Message) => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      const head = rest.indexOf('\r\n\r\n');
      const length = Number(/Content-Length: (\d+)/i.exec(rest.subarray(0, Math.max(head, 0)).toString())?.[1] ?? Number.NaN);
      if (head < 0 || rest.length < head + 4 + length) return;
      const body = rest.subarray(head + 4, head + 4 + length).toString('utf8');
      rest = rest.subarray(head + 4 + length);
      take(JSON.parse(body) as Message);
    }
  };
}
