/** docs/language.md: every key with its type, from the schemas that lint uses, and an example that is tested. */
import type { Json } from '../../core/model/value.ts';
import { environmentSchema, runSchema, stepRoot as recordSchema, currentStepSchema } from '../../language/cel/roots.ts';
import type { JsonSchema } from '../../language/cel/types.ts';
import { nameOfType, typeOf } from '../../language/cel/types.ts';
import { commsSchema, durationPattern, inputSchema, stepSchema, topSchema, watchOnly } from '../document-schema.ts';
import type { ObjectSchema } from '../document-schema.ts';
import { ofDocument, ofGuards, ofInputs, ofMessages, ofRoots, ofSteps } from './examples.ts';

export const languagePage = (): string =>
  `${[
    '<!-- Generated from the schemas of the language and src/interpreter/check/page/examples.ts; do not edit. -->',
    '# The language',
    '',
    'A runbook is one YAML document. This page has every key that all runbooks share; the keys of a step type are on [its page](step-types), the functions of',
    'conditions on [another](functions.md). `runbook lint` finds what is wrong at its line, `runbook plan` shows what a run would do.',
    '',
    ...sections,
    ...keys('Keys of the document', topSchema, ofDocument),
    ...keys('Keys of an input', inputSchema, ofInputs),
    ...keys('Keys of steps and groups', without(stepSchema), ofSteps),
    ...keys('Keys of a guard (watch)', only(stepSchema), ofGuards),
    ...keys('Keys of a message (comms)', commsSchema, ofMessages),
    ...roots(),
    ...places,
    ...rules,
  ].join('\n')}\n`;

const sections: readonly string[] = [
  '## Sections and their order',
  '',
  '| Section | What happens there | When something does not hold or fails |',
  '| --- | --- | --- |',
  '| `preconditions` | reads | the run is refused, nothing was changed |',
  '| `evidence` | reads, once more at the end | it is recorded |',
  '| `containment` | what stops the damage, before anybody looks for the cause | as in `steps` |',
  '| `diagnosis` | reads | a finding: it is told and stops nothing |',
  '| `steps` | the work, in order | `onFailure`: abort, continue, undo or ask |',
  '| `validations` | the proof; all are tried, then a failure stops the run | as in `steps`; with `onFailure` on the step itself at once |',
  '| `finally` | always, before the outcome is settled | it counts, the rest is still done |',
  '| `postmortem` | questions after the outcome | it never changes the outcome |',
  '| `watch` | guards beside the work | `then` is done, and `onFailure` of the guard holds for the run |',
  '| `comms` | messages at moments: `started`, `waiting`, `finished`, `succeeded`, `failed`, or ids of steps | a warning |',
  '',
  'One of `containment`, `diagnosis`, `steps` and `validations` must be there. Validations alone are a checklist.',
  '',
];

function keys(
  title: string,
  { properties, required = [] }: ObjectSchema,
  examples: Readonly<Record<string, string>>,
): readonly string[] {
  const rows = Object.entries(properties).map(([key, schema]) => {
    const { description } = schema as { readonly description?: string };
    const must = required.includes(key) ? ' (required)' : '';
    return `| \`${key}\`${must} | ${typeWords(schema)} | ${cell(description ?? '')} | ${code(examples[key] ?? '')} |`;
  });
  return [`## ${title}`, '', '| Key | Type | Meaning | Example |', '| --- | --- | --- | --- |', ...rows, ''];
}

/** `from`, `to` and `then` are keys of guards alone. */
const only = (schema: ObjectSchema): ObjectSchema => filtered(schema, (key) => watchOnly.has(key));
const without = (schema: ObjectSchema): ObjectSchema => filtered(schema, (key) => !watchOnly.has(key));
const filtered = (schema: ObjectSchema, wanted: (key: string) => boolean): ObjectSchema => ({
  ...schema,
  properties: Object.fromEntries(Object.entries(schema.properties).filter(([key]) => wanted(key))),
});

function typeWords(json: Json | undefined): string {
  const schema = (json ?? {}) as {
    readonly type?: string | readonly string[];
    readonly enum?: readonly Json[];
    readonly const?: Json;
    readonly anyOf?: readonly Json[];
    readonly items?: Json;
    readonly pattern?: string;
  };
  if (schema.const !== undefined) return code(String(schema.const));
  if (schema.enum !== undefined) return schema.enum.map((one) => code(String(one))).join(', ');
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(typeWords))].join('; ');
  if (schema.pattern === durationPattern) return 'duration';
  if (schema.type === 'array') return schema.items === undefined ? 'list' : `list of ${typeWords(schema.items)}`;
  const names: Readonly<Record<string, string>> = { string: 'text', object: 'mapping', array: 'list' };
  return (
    [schema.type ?? []]
      .flat()
      .map((one) => names[one] ?? one)
      .join(' or ') || 'anything'
  );
}

const cell = (text: string): string => text.replaceAll('|', '\\|');
const code = (text: string): string => (text === '' ? '' : `\`${cell(text)}\``);

function roots(): readonly string[] {
  const rows = Object.entries(ofRoots).map(([root, [meaning, condition]]) => `| \`${root}\` | ${meaning} | ${code(condition)} |`);
  const anything: JsonSchema = {};
  return [
    '## What conditions and templates read',
    '',
    'Conditions (`when`, `expect`, `until`, `value`, ...) are CEL and name these directly; templates write them in braces: `"{{inputs.node}}"`.',
    '',
    '| Root | Meaning | Example |',
    '| --- | --- | --- |',
    ...rows,
    '| `item` | Inside `forEach`, also in `undo` and `doneWhen` of the step: the member whose turn it is (or the name after `as`). | |',
    '| `value`, `result` | In `expect`, `until` and `value`: what the step has just read, narrowed and whole. | |',
    '| `secrets` | Only in templates, and only where a step type takes a secret: `{{secrets.name}}`. | |',
    '| `alert` | Only in the inputs of `triggers`: `alert.labels.x`, `alert.annotations.x`, `alert.startsAt`. | |',
    '',
    ...fields('run', runSchema),
    ...fields('env', environmentSchema({})),
    ...fields('step', currentStepSchema(anything)),
    ...fields('steps.<id>', recordSchema(anything, anything, false)),
    'After a `forEach`, and from outside of the group that has it, `steps.<id>.value` maps each item to its value, and `items`, `failed` and `succeeded` are lists of',
    '`{ item, value, ok, changed, state, error }`. A called runbook (`type: runbook`) has its outputs as its value.',
    '',
  ];
}

function fields(name: string, schema: JsonSchema): readonly string[] {
  const properties = Object.entries((schema['properties'] ?? {}) as Readonly<Record<string, JsonSchema>>);
  return [`Fields of \`${name}\`: ${properties.map(([key, one]) => `\`${key}\` (${words(one)})`).join(', ')}.`, ''];
}

function words(schema: JsonSchema): string {
  const listed = schema['enum'];
  return Array.isArray(listed) ? `one of ${(listed as readonly string[]).join(', ')}` : nameOfType(typeOf(schema));
}

const places: readonly string[] = [
  '## Targets in the configuration',
  '',
  'A runbook names what its steps talk to and its type; `runbook.config.yaml` says where that is, for each environment. The keys of an entry are on the page of the step',
  'type. Four keys are for all types:',
  '',
  '| Key | Meaning | Example |',
  '| --- | --- | --- |',
  '| `type` | As the runbook declares it. | `cache: { type: redis, host: cache-1 }` |',
  '| `members` | Several places under one name (`many: true` in the runbook). A member has what the entry says, and its own keys. | `hosts: { type: ssh, user: ops, members: { ws-1: { host: 10.0.0.1 }, ws-2: { host: 10.0.0.2 } } }` |',
  '| `at` | Fields that a step may choose, each with the pattern (a whole match) of what is allowed. | `newHost: { type: ssh, user: ops, host: none, at: { host: "gatherer-[0-9]+" } }` |',
  '| `zone` | In runs of a team: only `runbook worker --zone NAME` performs its steps and opens its secrets ([team](team.md)). | `db: { type: postgres, host: db-1, zone: frankfurt }` |',
  '',
  'A step talks to a member as `target: hosts/ws-1`, mostly in a `forEach: targets.hosts` as `target: "hosts/{{item}}"`. A place that only the run knows, such as a machine that was',
  'just launched, is chosen by `at: { host: "{{steps.launch.value}}" }`. Plan, approval and record show it as `newHost@host:gatherer-4`. A value that the configuration does not',
  'allow is refused before the first step when it is known by then, otherwise before its step does anything.',
  '',
];

const rules: readonly string[] = [
  '## Rules that explain the rest',
  '',
  '- The order of the list is the order of work. Only the steps of a group with `parallel: true` and without `forEach` start together, and only there `needs` puts one',
  '  before another. With `forEach`, `parallel` says how many items run at once, and the steps of a turn keep their order.',
  '- A template of exactly one path keeps the type of the value: `limit: "{{inputs.limit}}"` is a number. In messages (comms, notify, escalate) `if`, `each`, `duration`,',
  '  `date` and `json` are possible, and a value that is not there yet reads `(not known)`. A literal `{{` is written `\\{{`.',
  '- Durations are written `250ms`, `30s`, `5m`, `1h30m`. In a rehearsal with a time scale, waits shrink and work does not.',
  '- What is undone is undone in reverse order of start. `undo` is `restore` (what was there before is put back), a step, or a',
  '  list in the order of taking back with `restore` among its steps: edit and restart is undone by `[restore, { ...restart }]`.',
  '- When an undo finds that somebody else has changed the same since, it asks: `keep` theirs, `overwrite` it with what was there before the step, or `stop` and take back',
  '  nothing more. Beforehand: `--answer STEP~undo=keep`. Unanswered, this undo has failed, and the others are performed.',
  '- A guard trips when its `expect` has failed for `for` (at once without it), performs `then`, and stays quiet, or is in force again after `repeat`. `levels` says what is',
  '  done the longer it lasts; each is a guard of its own (`ID~level1`). What has been counted of `for` starts anew when the engine was lost.',
  '- A group of reads with `atLeast: 2` succeeds when two of its steps do; a step of it may be a group again, of which all must hold.',
  '- `doneWhen` is asked before the step: what is done already is not done again. It is asked again afterwards, and when nobody knows whether the step took effect.',
  '- With `onFailure: continue` the run continues and fails in the end; with `critical: false` it ends in `warning`. It ends in `warning` too when a later change whose `when`',
  '  asks about the failed step succeeds: another way has reached what that step should have.',
  '- A run holds its `lock` from before its first step to its end, and those of all runbooks that it surely calls; another run that wants one of them is refused (exit 5).',
  '  The lock of a call that may not be reached, or that depends on what the run finds, is taken when the call is reached: while another run holds it, the call fails',
  '  before its first step. `plan` shows both.',
  '- A step that changes something and does not say whether it may be repeated is never repeated in silence: after a crash somebody is asked.',
  '- Quote a value that contains `[`, `{`, `: ` or `, ` inside `{ ... }`: `query: "rate(x[5m])"`.',
];
