/** A rehearsal file as used: worlds with everything that holds in them, defaults filled in. */
import type { Json } from '../core/model/value.ts';
import type { RunOutcome } from '../core/model/status.ts';
import type { Mapping } from '../document/steps.ts';
import { isMapping } from '../document/steps.ts';

/** What the check that does not use the interpreter says of the system. */
export type SystemState = 'holds' | 'broken';

export interface Lab {
  readonly up: readonly string[];
  readonly down: readonly string[];
  readonly config: string;
  readonly env?: string;
  /** Variables that keep copies of the system apart, with {{copy}} and {{folder}}. Absent: there can be only one. */
  readonly copies?: Readonly<Record<string, string>>;
}

export interface Expected {
  readonly outcome: RunOutcome;
  readonly steps: Readonly<Record<string, string>>;
  readonly changed?: readonly string[];
  readonly verify?: SystemState;
}

export interface World {
  readonly name: string;
  readonly prepare: readonly string[];
  readonly given?: SystemState;
  readonly inputs: Mapping;
  /** Step -> text, as `--answer` takes it. */
  readonly answers: Readonly<Record<string, string>>;
  /** People who agree to steps with `approve`, in this order. */
  readonly approvers: readonly string[];
  readonly expect: Expected;
  readonly sabotage: boolean;
}

export interface Rehearsal {
  readonly rehearses: string;
  readonly environment: string;
  readonly lab: Lab;
  readonly verify?: string;
  readonly worlds: readonly World[];
  /** Step -> why nobody needs to notice its loss, or a mistake in it. */
  readonly unproven: Readonly<Record<string, string>>;
  /** Mistakes that are tried beside the losses. */
  readonly mutants: readonly MutantKind[];
  /** Percent of mutants that must be noticed. */
  readonly minScore?: number;
}

export const mutantKinds = ['checks', 'thresholds', 'conditions'] as const;
export type MutantKind = (typeof mutantKinds)[number];

/** The data must have passed `checkRehearsal`. */
export function rehearsalOf(data: Mapping): Rehearsal {
  const lab = mappingOf(data['lab']);
  const verify = textOf(data['verify']);
  return {
    rehearses: textOf(data['rehearses']) ?? '',
    environment: textOf(data['environment']) ?? '',
    lab: {
      up: textsOf(lab['up']),
      down: textsOf(lab['down']),
      config: textOf(lab['config']) ?? '',
      ...optional('env', textOf(lab['env'])),
      ...optional('copies', isMapping(lab['copies']) ? textsIn(lab['copies']) : undefined),
    },
    ...optional('verify', verify),
    worlds: Object.entries(mappingOf(data['worlds'])).map(([name, world]) => worldOf(name, mappingOf(world), data)),
    unproven: textsIn(mappingOf(data['unproven'])),
    mutants: mutantKinds.filter((kind) => textsOf(data['mutants']).includes(kind)),
    ...optional('minScore', typeof data['minScore'] === 'number' ? data['minScore'] : undefined),
  };
}

function worldOf(name: string, world: Mapping, file: Mapping): World {
  const expect = expectedOf(mappingOf(world['expect']));
  const given = textOf(world['given']) as SystemState | undefined;
  return {
    name,
    prepare: textsOf(world['prepare']),
    ...optional('given', given),
    inputs: { ...mappingOf(file['inputs']), ...mappingOf(world['inputs']) },
    answers: answersIn({ ...mappingOf(file['answers']), ...mappingOf(world['answers']) }),
    approvers: textsOf(world['approvers'] ?? file['approvers']),
    expect,
    sabotage: world['sabotage'] === undefined ? expect.outcome === 'succeeded' : world['sabotage'] === true,
  };
}

export function expectedOf(expect: Mapping): Expected {
  return {
    outcome: (textOf(expect['outcome']) ?? 'succeeded') as RunOutcome,
    steps: textsIn(mappingOf(expect['steps'])),
    ...(Array.isArray(expect['changed']) ? { changed: textsOf(expect['changed']) } : {}),
    ...optional('verify', textOf(expect['verify']) as SystemState | undefined),
  };
}

/** As `--answer` takes them. */
export const answersIn = (answers: Mapping): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(answers).map(([step, answer]) => [step, answerText(answer)]));

/** A form is answered with a mapping, which `--answer` takes as JSON; true and false mean yes and no. */
function answerText(answer: Json): string {
  if (typeof answer === 'boolean') return answer ? 'yes' : 'no';
  return typeof answer === 'string' ? answer : JSON.stringify(answer);
}

const mappingOf = (json: Json | undefined): Mapping => (isMapping(json) ? json : {});
const textsIn = (texts: Mapping): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, textOf(text) ?? '']));
const textOf = (json: Json | undefined): string | undefined => (typeof json === 'string' ? json : undefined);
const textsOf = (json: Json | undefined): readonly string[] =>
  Array.isArray(json) ? (json as readonly Json[]).filter((one): one is string => typeof one === 'string') : [];
const optional = <K extends string, V>(key: K, value: V | undefined): { readonly [name in K]?: V } =>
  (value === undefined ? {} : { [key]: value }) as { readonly [name in K]?: V };
