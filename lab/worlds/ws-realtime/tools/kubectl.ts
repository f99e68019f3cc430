/** `kubectl`, for the one deployment of this world. */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Cluster } from '../cluster/cluster.ts';
import type { Deployment, Template } from '../cluster/manifests.ts';
import { readManifests } from '../cluster/manifests.ts';
import type { Invocation, Tool, ToolResult } from '../../../tools/tool.ts';
import { printed, refused } from '../../../tools/tool.ts';
import { readWords } from './words.ts';

const withValue = [
  '--context',
  '--namespace',
  '--output',
  '--filename',
  '--replicas',
  '--timeout',
  '--patch-file',
  '--limits',
  '--selector',
];
const short = { '-n': '--namespace', '-o': '--output', '-f': '--filename', '-l': '--selector' };

export function createKubectl(cluster: Cluster): Tool {
  return async (invocation) => {
    const { words, options } = readWords(invocation.argv, withValue, short);
    const [verb = '', ...rest] = words;
    try {
      switch (verb) {
        case 'apply':
          return printed((options['--filename'] ?? []).flatMap((file) => apply(cluster, file, invocation)).join('\n'));
        case 'auth':
          return can(rest);
        case 'get':
          return get(cluster, rest, options['--output']?.[0] ?? '');
        case 'scale':
          return scale(cluster, rest, Number(options['--replicas']?.[0]));
        case 'rollout':
          return await rollout(cluster, rest);
        case 'set':
          return set(cluster, rest, options);
        case 'patch':
          return patch(cluster, rest, options['--patch-file']?.[0] ?? '', invocation);
        default:
          return refused(`error: unknown command "${verb}" for "kubectl"`);
      }
    } catch (problem) {
      return refused((problem as Error).message);
    }
  };
}

function apply(cluster: Cluster, file: string, invocation: Invocation): readonly string[] {
  return texts(file, invocation).flatMap(([name, text]) => cluster.apply(readManifests(text, name)));
}

function texts(file: string, { cwd, stdin }: Invocation): readonly (readonly [string, string])[] {
  if (file === '-' || file === '/dev/stdin') return [['STDIN', stdin]];
  const path = resolve(cwd, file);
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw new Error(`error: the path "${file}" does not exist`);
  if (!found.isDirectory()) return [[file, readFileSync(path, 'utf8')]];
  return readdirSync(path)
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .map((name) => [name, readFileSync(join(path, name), 'utf8')]);
}

const allowed = ['get', 'list', 'patch', 'update', 'create', 'watch'];

function can([, verb = '']: readonly string[]): ToolResult {
  const yes = allowed.includes(verb);
  return { code: yes ? 0 : 1, stdout: yes ? 'yes\n' : 'no\n' };
}

/** The deployment that is named, by any of the names that kubectl takes. */
function named(cluster: Cluster, words: readonly string[]): Deployment {
  const name = words.join('/').replace(/^(?:deployments?(?:\.apps)?|deploy)\//, '');
  const found = cluster.deployment();
  if (found?.name !== name) throw new Error(`Error from server (NotFound): deployments.apps "${name}" not found`);
  return found;
}

function get(cluster: Cluster, [kind = '', ...names]: readonly string[], output: string): ToolResult {
  if (/^po(?:ds?)?$/.test(kind)) return pods(cluster, output);
  if (/^(?:secrets?|configmaps?|cm)$/.test(kind)) return object(cluster, kind, names[0] ?? '');
  const deployment = named(cluster, [kind, ...names]);
  const { generation, observedGeneration, ...status } = cluster.status();
  const { name, replicas, template } = deployment;
  if (output !== 'json') return printed(`NAME READY\n${name} ${String(status.readyReplicas)}/${String(replicas)}`);
  const container = { name, image: template.image, env: template.env, resources: { limits: template.resources } };
  const spec = { terminationGracePeriodSeconds: template.graceSeconds, containers: [container] };
  return json({
    kind: 'Deployment',
    metadata: { name, generation, uid: name },
    spec: { replicas, template: { spec } },
    status: { observedGeneration, ...status },
  });
}

function pods(cluster: Cluster, output: string): ToolResult {
  const all = cluster.pods();
  const ready = (is: boolean): string => (is ? 'True' : 'False');
  if (output === 'json')
    return json({
      kind: 'List',
      items: all.map((pod) => ({
        kind: 'Pod',
        metadata: { name: pod.name },
        status: { conditions: [{ type: 'Ready', status: ready(pod.isReady()) }] },
      })),
    });
  return printed(['NAME READY', ...all.map((pod) => `${pod.name} ${pod.isReady() ? '1/1' : '0/1'}`)].join('\n'));
}

/** Values of a Secret are never printed. */
function object(cluster: Cluster, kind: string, name: string): ToolResult {
  const isSecret = kind.startsWith('secret');
  if (name !== 'ws-realtime' || (isSecret && !cluster.hasSecret()))
    return refused(`Error from server (NotFound): ${isSecret ? 'secrets' : 'configmaps'} "${name}" not found`);
  if (isSecret) return printed(`NAME TYPE DATA\n${name} Opaque ${String(Object.keys(cluster.secret()).length)}`);
  return json({ kind: 'ConfigMap', metadata: { name }, data: cluster.configMap() });
}

function scale(cluster: Cluster, words: readonly string[], replicas: number): ToolResult {
  const { name } = named(cluster, words);
  if (!Number.isInteger(replicas) || replicas < 0) return refused('error: required flag(s) "replicas" not set');
  cluster.change((deployment) => ({ ...deployment, replicas }));
  return printed(`deployment.apps/${name} scaled`);
}

async function rollout(cluster: Cluster, [verb = '', ...words]: readonly string[]): Promise<ToolResult> {
  const { name } = named(cluster, words);
  if (verb === 'restart') {
    changeTemplate(cluster, () => ({ restartedAt: new Date().toISOString() }));
    return printed(`deployment.apps/${name} restarted`);
  }
  if (verb !== 'status') return refused(`error: unknown command "rollout ${verb}"`);
  await cluster.settled();
  return printed(`deployment "${name}" successfully rolled out`);
}

function set(
  cluster: Cluster,
  [what = '', ...words]: readonly string[],
  options: Readonly<Record<string, readonly string[]>>,
): ToolResult {
  const [workload = '', ...pairs] = words;
  const { name } = named(cluster, [workload]);
  if (what === 'image') {
    const image = pairs[0]?.split(/=(.*)/s)[1];
    if (image === undefined) return refused('error: all resources must be specified as NAME=IMAGE');
    changeTemplate(cluster, () => ({ image }));
    return printed(`deployment.apps/${name} image updated`);
  }
  if (what === 'resources') {
    const limits: Readonly<Record<string, string>> = Object.fromEntries(
      (options['--limits']?.[0] ?? '').split(',').map((one): [string, string] => {
        const [resource = '', amount = ''] = one.split('=');
        return [resource, amount];
      }),
    );
    changeTemplate(cluster, () => ({ resources: limits }));
    return printed(`deployment.apps/${name} resource requirements updated`);
  }
  if (what !== 'env') return refused(`error: unknown command "set ${what}"`);
  changeTemplate(cluster, ({ env }) => ({ env: pairs.reduce(withVariable, env) }));
  return printed(`deployment.apps/${name} env updated`);
}

/** `NAME=VALUE` sets a variable, `NAME-` removes it. */
function withVariable(env: Template['env'], pair: string): Template['env'] {
  if (pair.endsWith('-')) return env.filter(({ name }) => name !== pair.slice(0, -1));
  const [name = '', value = ''] = pair.split(/=(.*)/s);
  const isThere = env.some((one) => one.name === name);
  return isThere ? env.map((one) => (one.name === name ? { name, value } : one)) : [...env, { name, value }];
}

function changeTemplate(cluster: Cluster, how: (template: Template) => Partial<Template>): void {
  cluster.change((deployment) => ({ ...deployment, template: { ...deployment.template, ...how(deployment.template) } }));
}

function patch(cluster: Cluster, [kind = '', name = '']: readonly string[], file: string, invocation: Invocation): ToolResult {
  if (!kind.startsWith('secret') || !cluster.hasSecret())
    return refused(`Error from server (NotFound): ${kind} "${name}" not found`);
  const text = texts(file, invocation)[0]?.[1] ?? '';
  const { stringData = {} } = JSON.parse(text) as { readonly stringData?: Readonly<Record<string, string>> };
  cluster.apply([{ kind: 'Secret', name, data: { ...cluster.secret(), ...stringData } }]);
  return printed(`secret/${name} patched`);
}

const json = (value: unknown): ToolResult => ({ code: 0, stdout: `${JSON.stringify(value)}\n` });
