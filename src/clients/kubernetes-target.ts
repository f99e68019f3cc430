/**
 * The configuration entry of a Kubernetes cluster, and how a command of its clients is held to it: context and namespace are in the command
 * itself, so that whatever context somebody has made the current one does not matter.
 */
import { basename, resolve } from 'node:path';
import type { Json } from '../interpreter/core/model/value.ts';
import type { Entry } from './entry.ts';
import { isEntry, refuseUnknown, entryText } from './entry.ts';

export interface KubernetesTarget {
  /** Run in place of `kubectl`: the program and the words before its own arguments. */
  readonly command: readonly string[];
  readonly context?: string;
  readonly namespace?: string;
  readonly kubeconfig?: string;
  /** What `log` reads without a command: `deploy/NAME`. */
  readonly deployment?: string;
}

const keys = ['context', 'namespace', 'kubeconfig', 'command', 'deployment', 'members'] as const;
const what = 'a kubernetes target';
const nameForm = /^[A-Za-z0-9_][^\s]*$/;

/** Variables of our own that clients of Kubernetes find their clusters by. */
export const clusterVariables: readonly string[] = ['KUBECONFIG', 'KUBERNETES_SERVICE_HOST', 'KUBERNETES_SERVICE_PORT'];

/** Throws with words for the operator. `directory`: a relative `kubeconfig` begins there. */
export function readKubernetesTarget(entry: Json, directory: string): KubernetesTarget {
  if (!isEntry(entry)) throw new Error(`${what} is a mapping: { context: NAME, namespace: NAME }`);
  if (entry['members'] !== undefined)
    throw new Error(`this kubernetes target has several members; name one: target: NAME/member`);
  refuseUnknown(entry, keys, what);
  const context = name(entry, 'context');
  const namespace = name(entry, 'namespace');
  const kubeconfig = entryText(entry, 'kubeconfig', what);
  const deployment = name(entry, 'deployment');
  const command = commandOf(entry['command']);
  if (context === undefined && kubeconfig === undefined && command === undefined)
    throw new Error(`${what} needs a context: without one kubectl acts on whichever context is the current one`);
  return {
    command: command ?? ['kubectl'],
    ...(context === undefined ? {} : { context }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(kubeconfig === undefined ? {} : { kubeconfig: resolve(directory, kubeconfig) }),
    ...(deployment === undefined ? {} : { deployment }),
  };
}

function name(entry: Entry, key: string): string | undefined {
  const value = entryText(entry, key, what);
  if (value !== undefined && !nameForm.test(value))
    throw new Error(`${key} of ${what} is a name without blanks that begins with a letter or digit; got "${value}"`);
  return value;
}

function commandOf(given: Json | undefined): readonly string[] | undefined {
  if (given === undefined || given === null) return undefined;
  const words = Array.isArray(given) ? (given as readonly Json[]) : [];
  if (words.length === 0 || words.some((word) => typeof word !== 'string' || word === ''))
    throw new Error(`command of ${what} is a list of words: [kubectl]`);
  return words as readonly string[];
}

interface Client {
  readonly contextOption: string;
  /** Options that lead elsewhere than the target says. */
  readonly elsewhere: readonly string[];
}

const shared = ['--kubeconfig', '--cluster', '--server', '-s', '--user', '--token'];
const clients: Readonly<Record<string, Client>> = {
  kubectl: { contextOption: '--context', elsewhere: ['--context', ...shared] },
  oc: { contextOption: '--context', elsewhere: ['--context', ...shared] },
  helm: { contextOption: '--kube-context', elsewhere: ['--kube-context', '--kubeconfig', '--kube-apiserver', '--kube-token'] },
};

export const clusterClients: readonly string[] = Object.keys(clients);

/** Why a command cannot be held to a cluster whatever the configuration says; undefined where it can. Words with templates are not judged. */
export function notForCluster([program = '', ...words]: readonly string[]): string | undefined {
  if (program.includes('{{')) return undefined;
  const client = clients[basename(program)];
  if (client === undefined)
    return `"${program}" cannot be held to a cluster: on a kubernetes target argv begins with ${clusterClients.join(', ')}`;
  const leads = optionIn(words, client.elsewhere);
  return leads === undefined ? undefined : `${leads} would lead elsewhere: the target says which cluster`;
}

/** The command with its cluster and namespace. Throws where it names another place. */
export function onCluster(target: KubernetesTarget, argv: readonly string[]): readonly string[] {
  const wrong = notForCluster(argv);
  if (wrong !== undefined) throw new Error(wrong);
  const [program = '', ...words] = argv;
  const { contextOption } = clients[basename(program)] as Client;
  const namespaced = target.namespace === undefined ? undefined : optionIn(words, ['-n', '--namespace']);
  if (namespaced !== undefined)
    throw new Error(`${namespaced} would lead elsewhere: the target says the namespace ${target.namespace ?? ''}`);
  const isKubectl = basename(program) === 'kubectl';
  if (!isKubectl && target.context === undefined && target.kubeconfig === undefined)
    throw new Error(`${basename(program)} needs a kubernetes target with a context: its command is for kubectl only`);
  return [
    ...(isKubectl ? target.command : [program]),
    ...(target.kubeconfig === undefined ? [] : ['--kubeconfig', target.kubeconfig]),
    ...(target.context === undefined ? [] : [contextOption, target.context]),
    ...(target.namespace === undefined ? [] : ['--namespace', target.namespace]),
    ...words,
  ];
}

/** The first of these options among the words of the client itself: what follows `--` is a command inside a container. */
function optionIn(words: readonly string[], options: readonly string[]): string | undefined {
  const end = words.indexOf('--');
  return (end < 0 ? words : words.slice(0, end)).find((word) =>
    options.some((one) =>
      one.startsWith('--') ? word === one || word.startsWith(`${one}=`) : lettersOf(word).includes(one.slice(1)),
    ),
  );
}

/** Short options in one word, up to the first that takes the rest of it as its value: `-An kube-system`, `-ojson`. */
const lettersOf = (word: string): string => /^-((?:(?![cfklLov])[A-Za-z])*[cfklLov]?)/.exec(word)?.[1] ?? '';
