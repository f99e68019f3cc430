/** `docker build`, `docker image inspect` and `docker-compose up|stop|ps`, for this world's one image and one service. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import type { Cluster } from '../cluster/cluster.ts';
import type { Invocation, Tool, ToolResult } from '../../../tools/tool.ts';
import { printed, refused } from '../../../tools/tool.ts';
import { readWords } from './words.ts';

export interface Images {
  /** When an image of that name was built; undefined: never. */
  builtAt(tag: string): string | undefined;
  build(tag: string): void;
  clear(): void;
}

export function createImages(): Images {
  const images = new Map<string, string>();
  return {
    builtAt: (tag) => images.get(tag),
    build: (tag) => void images.set(tag, new Date().toISOString()),
    clear: () => {
      images.clear();
    },
  };
}

export function createDocker(images: Images): Tool {
  return async ({ argv, cwd }) => {
    const { words, options } = readWords(argv, ['--tag', '--format'], { '-t': '--tag', '-f': '--format' });
    const [verb = '', ...rest] = words;
    if (verb === 'build') {
      const folder = resolve(cwd, rest[0] ?? '.');
      if (!existsSync(join(folder, 'Dockerfile')))
        return refused('ERROR: failed to solve: failed to read dockerfile: open Dockerfile: no such file or directory');
      for (const tag of options['--tag'] ?? []) images.build(withTag(tag));
      return printed((options['--tag'] ?? []).map((tag) => `naming to ${withTag(tag)} done`).join('\n'));
    }
    if (verb === 'image' && rest[0] === 'inspect') {
      const tag = withTag(rest[1] ?? '');
      const created = images.builtAt(tag);
      if (created === undefined) return { code: 1, stdout: '[]\n', stderr: `Error: No such image: ${tag}\n` };
      return printed(JSON.stringify([{ RepoTags: [tag], Created: created }]));
    }
    return refused(`docker: '${words.join(' ')}' is not a docker command.\nSee 'docker --help'`);
  };
}

const withTag = (name: string): string => (/:[^/]*$/.test(name) ? name : `${name}:latest`);

/** The service of the compose file runs as the only pod. */
export function createCompose(cluster: Cluster): Tool {
  return async (invocation) => {
    const { words } = readWords(invocation.argv, ['--file', '--timeout'], { '-f': '--file', '-t': '--timeout' });
    const [verb = '', name = 'ws-realtime'] = words;
    if (name !== 'ws-realtime') return refused(`no such service: ${name}`);
    if (verb === 'up') return composeUp(cluster, invocation);
    if (verb === 'stop') {
      cluster.change((deployment) => ({ ...deployment, replicas: 0 }));
      await cluster.settled();
      return { code: 0, stderr: ' Container ws-realtime  Stopped\n' };
    }
    if (verb === 'ps') {
      const all = cluster.pods().filter((pod) => pod.isReady());
      return printed(['NAME SERVICE STATUS', ...all.map(() => 'ws-realtime-1 ws-realtime running')].join('\n'));
    }
    return refused(`unknown docker command: "compose ${verb}"`, 16);
  };
}

function composeUp(cluster: Cluster, { argv, cwd, env = {} }: Invocation): ToolResult {
  if (!argv.includes('-d') && !argv.includes('--detach'))
    return refused('the stand-in of the lab cannot stay in the foreground; use: docker-compose up -d');
  const file = join(cwd, 'docker-compose.yml');
  if (!existsSync(file)) return refused('no configuration file provided: not found', 14);
  const { services } = parse(readFileSync(file, 'utf8')) as ComposeFile;
  const { environment, image } = services['ws-realtime'];
  const variables = Object.entries(environment).map(([key, value]) => ({
    name: key,
    value: String(value).replaceAll(/\$\{(\w+)\}/g, (_, of: string) => env[of] ?? ''),
  }));
  const template = { image, env: variables, envFrom: [], graceSeconds: 10, resources: {} };
  cluster.apply([
    { kind: 'Service', name: 'ws-realtime' },
    { kind: 'Deployment', name: 'ws-realtime', replicas: 1, template },
  ]);
  return { code: 0, stderr: ' Container ws-realtime  Started\n' };
}

interface ComposeFile {
  readonly services: {
    readonly 'ws-realtime': { readonly image: string; readonly environment: Readonly<Record<string, unknown>> };
  };
}
