/** Objects of a cluster, as far as a deployment of this world needs them, out of YAML manifests. */
import { parseAllDocuments } from 'yaml';

export interface ConfigMap {
  readonly kind: 'ConfigMap';
  readonly name: string;
  readonly data: Readonly<Record<string, string>>;
}
export interface Secret {
  readonly kind: 'Secret';
  readonly name: string;
  readonly data: Readonly<Record<string, string>>;
}
export interface Deployment {
  readonly kind: 'Deployment';
  readonly name: string;
  readonly replicas: number;
  readonly template: Template;
}
export interface Service {
  readonly kind: 'Service';
  readonly name: string;
}
export type Manifest = ConfigMap | Secret | Deployment | Service;

/** What a change of makes new pods. */
export interface Template {
  readonly image: string;
  readonly env: readonly Variable[];
  /** Names of ConfigMaps and Secrets whose keys become variables. */
  readonly envFrom: readonly { readonly configMap?: string; readonly secret?: string }[];
  readonly graceSeconds: number;
  readonly resources: Readonly<Record<string, string>>;
  /** Set by `kubectl rollout restart`. */
  readonly restartedAt?: string;
}
export interface Variable {
  readonly name: string;
  /** May name earlier variables: $(POD_NAME). */
  readonly value: string;
}

type Data = Readonly<Record<string, unknown>>;
const dataOf = (value: unknown): Data => (typeof value === 'object' && value !== null ? (value as Data) : {});
const listOf = (value: unknown): readonly Data[] => (Array.isArray(value) ? value.map(dataOf) : []);
const textsOf = (value: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(dataOf(value)).map(([key, one]) => [key, String(one)]));

/** Throws with kubectl's kind of message. */
export function readManifests(text: string, file: string): readonly Manifest[] {
  return parseAllDocuments(text).flatMap((document) => {
    const [problem] = document.errors;
    if (problem !== undefined) throw new Error(`error: error parsing ${file}: ${problem.message}`);
    const data = dataOf(document.toJS());
    return Object.keys(data).length === 0 ? [] : [manifestOf(data, file)];
  });
}

function manifestOf(data: Data, file: string): Manifest {
  const kind = String(data['kind']);
  const name = String(dataOf(data['metadata'])['name']);
  switch (kind) {
    case 'ConfigMap':
      return { kind, name, data: textsOf(data['data']) };
    case 'Secret':
      return { kind, name, data: textsOf(data['stringData']) };
    case 'Service':
      return { kind, name };
    case 'Deployment':
      return deploymentOf(name, dataOf(data['spec']));
    default:
      throw new Error(`error: resource mapping not found for name: "${name}" from "${file}": no matches for kind "${kind}"`);
  }
}

function deploymentOf(name: string, spec: Data): Deployment {
  const pod = dataOf(dataOf(spec['template'])['spec']);
  const [container = {}] = listOf(pod['containers']);
  return {
    kind: 'Deployment',
    name,
    replicas: Number(spec['replicas'] ?? 1),
    template: {
      image: String(container['image']),
      env: listOf(container['env']).map((one) => ({
        name: String(one['name']),
        value: 'valueFrom' in one ? '$(POD_NAME)' : String(one['value'] ?? ''),
      })),
      envFrom: listOf(container['envFrom']).map((one) => ({
        ...('configMapRef' in one ? { configMap: String(dataOf(one['configMapRef'])['name']) } : {}),
        ...('secretRef' in one ? { secret: String(dataOf(one['secretRef'])['name']) } : {}),
      })),
      graceSeconds: Number(pod['terminationGracePeriodSeconds'] ?? 30),
      resources: textsOf(dataOf(container['resources'])['limits']),
    },
  };
}
