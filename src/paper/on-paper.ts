/** Each step as `plan` and `show` print it: its command, and what it does. Opens no connection. */
import type { Environment } from '../interpreter/config/config.ts';
import { bindTarget } from '../interpreter/config/targets.ts';
import { baseTarget } from '../interpreter/core/model/target.ts';
import type { AsCommand, CommandPlace } from '../interpreter/port/command-line.ts';
import { mapIn, textIn } from '../interpreter/port/command-line.ts';
import { sections } from '../interpreter/document/steps.ts';
import type { Plan } from '../interpreter/core/model/plan.ts';
import type { Effect, Json, Key } from '../interpreter/core/model/value.ts';
import { knownOf } from '../interpreter/plan/known.ts';
import { paramsOf } from '../interpreter/plan/params.ts';
import type { StepType } from '../interpreter/port/step-type.ts';
import type { Registry } from '../interpreter/port/registry.ts';

type Mapping = Readonly<Record<string, Json>>;

export interface Paper {
  /** What a person would type. Step types without a command of their own (people, checks, messages) have none. */
  readonly command?: string;
  /** What a step does that has no title. */
  readonly does?: string;
  readonly effect: Effect;
}
/** By the step as written. */
export type OnPaper = ReadonlyMap<Json, Paper>;

/** By the key of a node. */
export async function plannedOnPaper(plan: Plan, registry: Registry, environment: Environment): Promise<ReadonlyMap<Key, Paper>> {
  const found = new Map<Key, Paper>();
  for (const node of plan.nodes) {
    const stepType = registry.get(node.type);
    if (stepType === undefined) continue;
    const name = node.target;
    const text = node.program.target === undefined ? name : String(knownOf(node.program.target, node, plan));
    const bound = text === undefined ? undefined : bindTarget(environment, text);
    const place =
      name === undefined
        ? undefined
        : {
            name,
            type: plan.targets[baseTarget(name)]?.type ?? node.type,
            ...(bound?.ok === true ? { entry: mapIn(bound.entry) } : {}),
          };
    const params = mapIn(knownOf(node.program.params, node, plan));
    found.set(node.key, { ...(await paperOf(stepType, params, place)), effect: node.effect });
  }
  return found;
}

async function paperOf(stepType: StepType, params: Mapping, place: CommandPlace | undefined): Promise<Omit<Paper, 'effect'>> {
  const asCommand = await stepType.asCommand?.();
  const does = stepType.does?.(params);
  return {
    ...(asCommand === undefined ? {} : { command: commandOf(asCommand, params, place) }),
    ...(does === undefined ? {} : { does }),
  };
}

/** Paper never fails: an entry that the step type refuses is shown as an unbound target, and lint and doctor name the mistake. */
function commandOf(asCommand: AsCommand, params: Mapping, place: CommandPlace | undefined): string {
  try {
    return asCommand(params, place);
  } catch {
    return place === undefined ? '# no command' : asCommand(params, { name: place.name, type: place.type });
  }
}

/** The same for steps as written, whose targets nobody has bound. */
export async function writtenOnPaper(data: Mapping, registry: Registry): Promise<OnPaper> {
  const found = new Map<Json, Paper>();
  const targets = mapIn(data['targets']);
  const walk = async (json: Json): Promise<void> => {
    if (json === null || typeof json !== 'object') return;
    for (const one of Object.values(json)) await walk(one);
    const step = mapIn(json);
    const stepType = typeof step['type'] === 'string' ? registry.get(step['type']) : undefined;
    if (stepType === undefined) return;
    const types = mapIn(stepType.manifest.target).types;
    const fits = (type: Json): boolean => Array.isArray(types) && types.includes(type);
    const name =
      typeof step['target'] === 'string' ? step['target'] : Object.keys(targets).find((one) => fits(targets[one] ?? null));
    const place = name === undefined ? undefined : { name, type: textIn(targets[name]) };
    const params = mapIn(paramsOf(step, stepType));
    const effect = stepType.manifest.tellsPeople === true ? 'read' : stepType.facts(params, place).effect;
    found.set(json, { ...(await paperOf(stepType, params, place)), effect: stricter(effect, step['effect']) });
  };
  for (const [key] of sections) await walk(data[key] ?? null);
  return found;
}

/** An author may call a step worse than its type does. */
const stricter = (own: Effect, written: Json | undefined): Effect =>
  written === 'destructive' || (written === 'write' && own === 'read') ? written : own;

/** The document with what is known of it in place of `{{inputs.NAME}}` and `{{links.NAME}}`. */
export function filled(json: Json, known: Readonly<Record<string, Mapping>>): Json {
  if (Array.isArray(json)) return (json as readonly Json[]).map((one) => filled(one, known));
  if (json !== null && typeof json === 'object')
    return Object.fromEntries(Object.entries(json as Mapping).map(([key, one]) => [key, filled(one, known)]));
  if (typeof json !== 'string') return json;
  return json.replaceAll(/\{\{\s*(inputs|links)\.([A-Za-z0-9_]+)\s*\}\}/g, (whole, root: string, name: string) => {
    const values = known[root] ?? {};
    return Object.hasOwn(values, name) ? textIn(values[name]) : whole;
  });
}
