/** `step-type.json` of a package as data: the port's manifest, the facts in cases, the module. Validated before anything of it is used. */
import type { ErrorObject } from 'ajv';
import type { Json } from '../core/model/value.ts';
import { manifestProblems } from '../port/contract.ts';
import type { Facts, Manifest, ParamsError } from '../port/step-type.ts';
import { schemaFault, schemaValidator } from './schema-validator.ts';

/** The version of the port that this program offers. */
export const portVersion = 1;

/** The first case whose `if` (a JSON Schema of the parameters) fits, or that has none, tells the facts. */
export interface FactsCase extends Facts {
  readonly if?: Json;
}

export interface OutsideManifest extends Manifest {
  readonly facts: readonly FactsCase[];
  /** Module of the package that exports `runner`, relative: `./run.js`. */
  readonly module: string;
}

const text = { type: 'string', minLength: 1 };
const pointers = { type: 'array', items: { type: 'string', pattern: '^/' } };
const sinks = [
  'argv',
  'env',
  'sqlBind',
  'httpBody',
  'httpHeader',
  'text',
  'message',
  'url',
  'redisArg',
  'kafkaRecord',
  'path',
  'pattern',
  'stdin',
  'promql',
  'postgresql',
  'script',
];
const factsCase = {
  type: 'object',
  properties: {
    if: { type: 'object' },
    effect: { enum: ['read', 'write', 'destructive'] },
    repeatable: { type: 'boolean' },
    observe: { type: 'boolean' },
    undo: { enum: ['restore', 'none'] },
    valueSchema: { type: 'object' },
    value: text,
  },
  required: ['effect', 'repeatable', 'observe', 'undo'],
  additionalProperties: false,
};
const objectSchema = {
  type: 'object',
  properties: { type: { const: 'object' }, properties: { type: 'object' }, additionalProperties: { const: false } },
  required: ['type', 'properties', 'additionalProperties'],
};

/** Of step-type.json. Kinds that the engine performs itself, sugar, lint rules as code: not for packages. */
export const manifestSchema = {
  type: 'object',
  properties: {
    $schema: { type: 'string' },
    port: { const: portVersion },
    type: { type: 'string', pattern: '^[a-z][a-z0-9-]*$' },
    summary: text,
    params: objectSchema,
    result: { type: 'object' },
    value: { anyOf: [{ type: 'string', pattern: '^result(\\.|$)' }, { type: 'null' }] },
    target: {
      type: 'object',
      properties: {
        types: { type: 'array', items: text, minItems: 1 },
        schema: { type: 'object' },
        required: { type: 'boolean' },
        key: text,
      },
      required: ['types', 'schema', 'required'],
      additionalProperties: false,
    },
    secretAt: pointers,
    sensitiveAt: pointers,
    sinkAt: { type: 'object', additionalProperties: { enum: sinks } },
    forbidTemplateAt: pointers,
    messageAt: pointers,
    durationAt: pointers,
    scaledAt: pointers,
    intervalAt: pointers,
    kind: { const: 'effect' },
    timeout: { type: 'integer', minimum: 1, maximum: 86_400_000 },
    requires: { type: 'array', items: text },
    tellsPeople: { const: true },
    readingOf: { type: 'array', items: text, minItems: 1 },
    facts: { type: 'array', items: factsCase, minItems: 1 },
    module: { type: 'string', pattern: '^\\./[^\\\\]+\\.m?js$' },
  },
  required: [
    'port',
    'type',
    'summary',
    'params',
    'result',
    'value',
    'secretAt',
    'sinkAt',
    'forbidTemplateAt',
    'kind',
    'timeout',
    'facts',
    'module',
  ],
  additionalProperties: false,
};

export type ReadManifest =
  { readonly ok: true; readonly manifest: OutsideManifest } | { readonly ok: false; readonly problems: readonly string[] };

/** Every problem in words; the version of the port first, since nothing else can be judged without it. */
export function readManifest(json: Json): ReadManifest {
  const failed = (...problems: readonly string[]): ReadManifest => ({ ok: false, problems });
  if (json === null || typeof json !== 'object' || Array.isArray(json)) return failed('it is not a mapping');
  const { port } = json as Readonly<Record<string, Json>>;
  if (port !== portVersion)
    return failed(
      port === undefined
        ? `"port" is missing: the version of the port it was written for (here ${String(portVersion)})`
        : `it was written for version ${JSON.stringify(port)} of the port, this program offers ${String(portVersion)}`,
    );
  const ajv = schemaValidator({ allErrors: true });
  const validate = ajv.compile(manifestSchema);
  if (!validate(json)) return failed(...new Set((validate.errors ?? []).map(inWords)));
  const manifest = json as unknown as OutsideManifest;
  const problems = [
    ...(['params', 'result'] as const).flatMap((key) => schemaProblem(manifest[key], `/${key}`)),
    ...manifest.facts.flatMap((one, index) => (one.if === undefined ? [] : schemaProblem(one.if, `/facts/${String(index)}/if`))),
    ...(manifest.facts.at(-1)?.if === undefined ? [] : ['/facts: the last case needs to have no "if", so that one always fits']),
    ...(manifest.module.split('/').includes('..') ? ['/module leads out of the package'] : []),
  ];
  // Pointers are followed only through schemas that are schemas.
  if (problems.length > 0) return failed(...problems);
  const more = manifestProblems({ manifest, facts: () => manifest.facts[0] as Facts });
  return more.length > 0 ? failed(...more) : { ok: true, manifest };
}

function inWords(error: ErrorObject): string {
  const where = error.instancePath === '' ? '' : `${error.instancePath}: `;
  const params = error.params as Readonly<Record<string, unknown>>;
  switch (error.keyword) {
    case 'required':
      return `${where}"${String(params['missingProperty'])}" is missing`;
    case 'additionalProperties':
      return `${where}unknown key "${String(params['additionalProperty'])}"`;
    case 'enum':
      return `${where}expected one of ${(params['allowedValues'] as readonly unknown[]).join(', ')}`;
    case 'const':
      return `${where}expected ${JSON.stringify(params['allowedValue'])}`;
    default:
      return `${where}${error.message ?? error.keyword}`;
  }
}

function schemaProblem(schema: Json, where: string): readonly string[] {
  const fault = schemaFault(schema);
  return fault === undefined ? [] : [`${where}: ${fault}`];
}

/** The port's part of it: plain data that a page, a schema or a plan may hold. */
export function portManifest(manifest: OutsideManifest): Manifest {
  const own = Object.entries(manifest).filter(([key]) => key !== 'facts' && key !== 'module' && key !== '$schema');
  return Object.fromEntries(own) as unknown as Manifest;
}

/** Cases as the port's function. */
export function factsIn({ facts }: OutsideManifest): (params: Readonly<Record<string, Json>>) => Facts {
  const ajv = schemaValidator();
  const cases = facts.map(({ if: when, ...own }) => ({
    own,
    fits: when === undefined ? () => true : ajv.compile(when as object),
  }));
  return (params) => {
    const found = cases.find(({ fits }) => fits(params))?.own;
    if (found === undefined) throw new Error('no case of the facts fits');
    return found;
  };
}

/** Values only: keys that are missing or unknown are found, once, by the linter itself. */
export function paramsValidator({ params }: Manifest): (params: unknown) => readonly ParamsError[] {
  const loose = { ...(params as Readonly<Record<string, Json>>), required: [], additionalProperties: true };
  const validate = schemaValidator({ allErrors: true, verbose: true }).compile(loose);
  return (given) => (validate(given) ? [] : (validate.errors ?? []).map(exclusion));
}

/** `not: { required: [a, b] }` is how a schema says that keys exclude each other; the validator says only "must NOT be valid". */
function exclusion(error: ErrorObject): ErrorObject {
  const { required } = (error.keyword === 'not' ? error.schema : {}) as { readonly required?: readonly string[] };
  if (!Array.isArray(required)) return error;
  return { ...error, message: `${required.map((key) => `"${String(key)}"`).join(' and ')} exclude each other` };
}

/** Whether a result is what the manifest promises; in words what is wrong, or undefined. */
export function resultValidator({ result }: Manifest): (json: Json) => string | undefined {
  const validate = schemaValidator().compile(result as object);
  return (json) => (validate(json) ? undefined : (validate.errors ?? []).map(inWords).join('; '));
}
