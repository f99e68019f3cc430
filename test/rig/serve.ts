/** The built server in a place of its own, and people who come to it as a browser or a script would. */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readEngineFile } from '../../src/interpreter/link/connect.ts';
import { isAlive } from '../../src/interpreter/store/processes.ts';
import { tokenHash } from '../../src/serve/identity/tokens.ts';
import type { Place, Started } from './cli.ts';
import { eventually, place, start } from './cli.ts';

export interface Line {
  readonly type: string;
  readonly [name: string]: unknown;
}

export interface ServerPlace {
  readonly here: Place;
  readonly env: Readonly<Record<string, string>>;
  readonly folder: string;
  write(id: string, text: string): void;
  runs(): readonly string[];
  journal(run: string): readonly Line[];
  /** Lines of a file that steps write. */
  lines(name: string): readonly string[];
  remove(): void;
}

/** Tokens of tests; the configuration has their hashes. */
export const tokenOf = (name: string): string => `token-of-${name}-${'x'.repeat(32)}`;
const personLine = (name: string, roles: readonly string[] = []): string =>
  `    ${name}: { token: "${tokenHash(tokenOf(name))}", roles: [${roles.join(', ')}] }\n`;

export const people = (...names: readonly string[]): string => `  people:\n${names.map((name) => personLine(name)).join('')}`;

/** Everybody starts runs, unless `serve` says who does. */
export function serverPlace(serve: string, more = ''): ServerPlace {
  const here = place();
  const { folder } = here;
  chmodSync(folder, 0o711);
  mkdirSync(join(folder, 'runbooks.yaml.d'));
  const account = `vouchingAccounts: ["user:${String(process.getuid?.())}"]\n`;
  const environments =
    'environments: { prod: { secrets: { KEY: "env:KEY_OF_WORKERS" } }, lab: { rehearsal: true }, spare: {} }\n';
  const mayStart = serve.includes('mayStart:') ? '' : '  mayStart: { prod: ["*"], lab: ["*"] }\n';
  writeFileSync(join(folder, 'runbook.config.yaml'), `${environments}${account}${more}serve:\n${serve}${mayStart}`);
  const runsFolder = join(folder, 'state', 'runs');
  const runs = (): readonly string[] =>
    existsSync(runsFolder) ? readdirSync(runsFolder).filter((name) => !name.startsWith('.')) : [];
  return {
    here,
    env: { ...here.env, RUNBOOK_APPROVAL_DIR: folder },
    folder,
    write: (id, text) => {
      const head = `apiVersion: runbook/v1\nid: ${id}\ntitle: Title of ${id}\nowners: [tests]\n`;
      writeFileSync(join(folder, 'runbooks.yaml.d', `${id}.yaml`), head + text);
    },
    runs,
    journal: (run) =>
      readFileSync(join(runsFolder, run, 'journal.jsonl'), 'utf8')
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as Line),
    lines: (name) => (existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8').trim().split('\n') : []),
    remove: () => {
      for (const run of runs()) {
        const engine = readEngineFile(join(runsFolder, run));
        if (engine !== undefined && isAlive(engine)) process.kill(engine.pid, 'SIGKILL');
      }
      here.remove();
    },
  };
}

export interface Server {
  readonly url: string;
  readonly started: Started;
  stop(): Promise<number | null>;
}

export async function openServer(
  { folder, env }: ServerPlace,
  more: Readonly<Record<string, string>> = {},
  port = 0,
  options: readonly string[] = [],
): Promise<Server> {
  const started = start(['serve', '--listen', `127.0.0.1:${String(port)}`, ...options], {
    cwd: folder,
    env: { ...env, ...more },
  });
  void started.finished.then(({ code, stderr }) => {
    if (code !== 0 && code !== null) process.stderr.write(stderr);
  });
  const url = await eventually('the server listens', () => /listening on (\S+)/.exec(started.stdout())?.[1]);
  return {
    url,
    started,
    stop: async () => {
      started.child.kill('SIGTERM');
      return (await started.finished).code;
    },
  };
}

export interface Got {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

export interface Visitor {
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Got>;
  /** A form, with the token of the session unless it is given. */
  post(path: string, form: Readonly<Record<string, string>>, headers?: Readonly<Record<string, string>>): Promise<Got>;
  readonly cookie: string;
}

const gotOf = async (answer: Response): Promise<Got> => ({
  status: answer.status,
  text: await answer.text(),
  headers: answer.headers,
});

/** Signs in with the token of this person, as the form of the page does. */
export async function signIn(url: string, name: string): Promise<Visitor> {
  const body = new URLSearchParams({ token: tokenOf(name), next: '/' });
  const answer = await fetch(`${url}/login`, { method: 'POST', body, redirect: 'manual' });
  if (answer.status !== 303) throw new Error(`${name} cannot sign in: ${String(answer.status)} ${await answer.text()}`);
  return visitor(url, answer.headers.get('set-cookie')?.split(';')[0] ?? '');
}

export function visitor(url: string, cookie: string): Visitor {
  const get: Visitor['get'] = async (path, headers = {}) =>
    gotOf(await fetch(url + path, { headers: { cookie, ...headers }, redirect: 'manual' }));
  return {
    get,
    cookie,
    post: async (path, form, headers = {}) => {
      const csrf = form['csrf'] ?? fieldIn((await get('/')).text, 'csrf');
      const body = new URLSearchParams({ ...form, csrf });
      return gotOf(await fetch(url + path, { method: 'POST', headers: { cookie, ...headers }, body, redirect: 'manual' }));
    },
  };
}

/** Value of a hidden field of a page. */
export const fieldIn = (page: string, name: string): string =>
  new RegExp(`name="${name}"\\s+value="([^"]*)"`).exec(page)?.[1] ?? '';

/** As a browser reads an attribute. */
const unescaped = (text: string): string =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');

/** Plans and starts a runbook on the pages; the id of the run. */
export async function startRun(person: Visitor, id: string, query = ''): Promise<string> {
  const page = await person.get(`/runbooks/${id}${query}`);
  const inputs = [...page.text.matchAll(/type="hidden"\s+name="(input\.[^"]+)"\s+value="([^"]*)"/g)].map(
    ([, name = '', value = '']) => [name, unescaped(value)],
  );
  const started = await person.post(`/runbooks/${id}/start`, {
    plan: fieldIn(page.text, 'plan'),
    environment: fieldIn(page.text, 'environment'),
    ...(Object.fromEntries(inputs) as Record<string, string>),
  });
  const run = /^\/runs\/(\w+)$/.exec(started.headers.get('location') ?? '')?.[1];
  if (run === undefined) throw new Error(`not started: ${String(started.status)} ${page.text} ${started.text}`);
  return run;
}

/** The page of a run once it asks. */
export const askedPage = (person: Visitor, run: string): Promise<string> =>
  eventually('the run asks', async () => {
    const { text } = await person.get(`/runs/${run}`);
    return text.includes('name="shown"') ? text : undefined;
  });

export const answerForm = (page: string, more: Readonly<Record<string, string>>): Readonly<Record<string, string>> => ({
  question: fieldIn(page, 'question'),
  shown: fieldIn(page, 'shown'),
  ...more,
});
