/** The published schema with the step types of a configuration in it: point the editor's modeline at where it was written. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../interpreter/core/model/value.ts';
import type { Manifest } from '../interpreter/port/step-type.ts';
import { configured } from './docs.ts';
import { usage } from '../console/exit-codes.ts';
import { packageRoot } from '../console/package-root.ts';
import { schemaOfStep } from './step-schema.ts';
import { refuseDiagnostics } from '../catalogue/step-types.ts';

type Mapping = Readonly<Record<string, Json>>;

/** Text of the schema of runbooks, or of a step of one type. */
export async function configuredSchema(type: string | undefined, config: string): Promise<string> {
  const known = await configured(config);
  refuseDiagnostics(known.diagnostics);
  const whole = JSON.parse(readFileSync(join(packageRoot(), 'schema', 'runbook.schema.json'), 'utf8')) as Mapping;
  const types = known.outside.map(({ manifest }) => manifest);
  const all = types.length === 0 ? whole : withTypes(whole, types, known.registry.names());
  const found = type === undefined ? all : schemaOfStep(all, type);
  if (found === undefined) throw usage(`there is no step type "${type ?? ''}"`, '`runbook docs` lists all');
  return JSON.stringify(found, null, 2);
}

/** As scripts/generate.mjs makes it: steps are told apart by `type`; the last alternative is a group and has the common keys only. */
function withTypes(whole: Mapping, manifests: readonly Manifest[], names: readonly string[]): Mapping {
  const definitions = whole['definitions'] as Readonly<Record<string, Mapping>>;
  const step = definitions['step'] ?? {};
  const alternatives = step['allOf'] as readonly Mapping[];
  const group = alternatives.at(-1)?.['then'] as Mapping;
  const common = group['properties'] as Mapping;
  const typed = manifests.map((manifest) => {
    const params = manifest.params as Mapping;
    const type = { const: manifest.type, description: manifest.summary };
    return {
      if: { properties: { type: { const: manifest.type } }, required: ['type'] },
      then: {
        description: manifest.summary,
        properties: { ...common, type, ...(params['properties'] as Mapping) },
        required: [...((params['required'] ?? []) as readonly string[]), ...(manifest.requires ?? [])],
        additionalProperties: false,
      },
    };
  });
  const properties = { type: { enum: names, description: 'Step type.' } };
  return {
    ...whole,
    definitions: { ...definitions, step: { ...step, properties, allOf: [...typed, ...alternatives] as readonly Json[] } },
  };
}
