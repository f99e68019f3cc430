/** JSON Schema of everything that is common to runbooks; step types add their own keys. Data only: the validator and the published schema are generated from it. */
import type { Json } from '../core/model/value.ts';

type Properties = Readonly<Record<string, Json>>;
export type ObjectSchema = {
  readonly type: 'object';
  readonly description?: string;
  readonly properties: Properties;
  readonly required?: readonly string[];
  readonly additionalProperties: false;
};

const object = (properties: Properties, required: readonly string[] = [], description?: string): ObjectSchema => ({
  type: 'object',
  ...(description === undefined ? {} : { description }),
  properties,
  ...(required.length === 0 ? {} : { required }),
  additionalProperties: false,
});
const text = (description: string): Json => ({ type: 'string', minLength: 1, description });
const duration = (description: string): Json => ({
  type: 'string',
  minLength: 1,
  pattern: durationPattern,
  description: `${description} Written 30s, 5m, 1h30m.`,
});
/** As parseDuration reads it, each unit once and the largest first; or text with a template in it. */
export const durationPattern = '^([0-9]{1,9}d)?([0-9]{1,9}h)?([0-9]{1,9}m)?([0-9]{1,9}s)?([0-9]{1,9}ms)?$|^0$|\\{\\{';
const cel = (description: string): Json => ({ type: ['string', 'boolean'], description: `${description} A CEL condition.` });
const texts = (description: string): Json => ({ type: 'array', items: { type: 'string' }, description });
const list = (description: string): Json => ({ type: 'array', items: { type: 'object' }, description });

export const idPattern = '^[a-z][A-Za-z0-9_]*$';
const failure: Json = {
  enum: ['abort', 'continue', 'undo', 'ask'],
  description:
    'What a failure does, and a refusal once the run has changed something: abort, continue, undo, or ask the operator.',
};

const input = object(
  {
    type: {
      enum: ['string', 'text', 'number', 'integer', 'boolean', 'duration', 'timestamp', 'list', 'secret'],
      description:
        'Type of the value. A secret is typed without an echo, or read from `env:NAME` or `file:PATH`; no record has it.',
    },
    default: { description: 'Value when none is given; without a default the input is required.' },
    description: text('What to give, for people.'),
    enum: { type: 'array', description: 'The allowed values.' },
    pattern: text('Regular expression that the text must match.'),
    min: { type: ['number', 'string'], description: 'Least number, duration or time; of texts and lists the least length.' },
    max: {
      type: ['number', 'string'],
      description: 'Greatest number, duration or time; of texts and lists the greatest length.',
    },
    of: {
      enum: ['string', 'number', 'integer', 'boolean', 'duration', 'timestamp'],
      description: 'Type of the members of a list.',
    },
    neededBy: {
      anyOf: [
        { type: 'string', minLength: 1 },
        { type: 'array', items: { type: 'string' }, minItems: 1 },
      ],
      description:
        'Steps, groups or options (way/restore) that alone read it. It may be left out at the start, and is asked for when one of them is reached.',
    },
  },
  ['type'],
);

export const inputSchema: ObjectSchema = input;

/** Sections of which one makes a runbook; validations alone are a checklist. */
export const sectionsOfWork: readonly string[] = ['containment', 'diagnosis', 'steps', 'validations'];

export const topSchema: ObjectSchema = object(
  {
    apiVersion: { const: 'runbook/v1', description: 'Version of the language: runbook/v1.' },
    id: { type: 'string', pattern: '^[a-z0-9]+(-[a-z0-9]+)*$', description: 'Name of the runbook and of its file, kebab-case.' },
    title: text('What is wrong, or what is done, in one line.'),
    summary: text('What the runbook does, in a sentence or two.'),
    severity: text('Severity of the incident, such as SEV2. May be a template.'),
    impact: text('Who is affected and how.'),
    owners: { type: 'array', items: { type: 'string' }, minItems: 1, description: 'Teams that keep this runbook right.' },
    links: { type: 'object', additionalProperties: { type: 'string' }, description: 'Name -> URL.' },
    estimate: duration('How long it usually takes.'),
    schedule: {
      enum: ['hourly', 'daily', 'weekly', 'monthly'],
      description:
        'How often it is due. `show` and `list -o json` tell it to people and schedulers; nothing here starts a run by itself.',
    },
    triggers: {
      type: 'array',
      description: 'Alerts that this runbook answers.',
      items: object(
        {
          alert: text('Name of the alert rule; * answers every alert that no other runbook names.'),
          labels: { type: 'object', description: 'Labels that must match.' },
          inputs: { type: 'object', description: 'Inputs filled from {{alert.labels.x}}.' },
        },
        ['alert'],
      ),
    },
    inputs: { type: 'object', description: 'Typed inputs: name -> declaration.', additionalProperties: { type: 'object' } },
    targets: {
      type: 'object',
      description: 'Endpoints the steps talk to: name -> type. Addresses are in the configuration.',
      additionalProperties: {
        anyOf: [
          { type: 'string' },
          object(
            {
              type: text('Type of the target.'),
              many: { type: 'boolean', description: 'Several members.' },
              description: text('For people.'),
            },
            ['type'],
          ),
        ],
      },
    },
    lock: {
      anyOf: [
        { type: 'string', minLength: 1 },
        { type: 'array', items: { type: 'string', minLength: 1 }, minItems: 1 },
      ],
      description: 'Two runs with the same lock exclude each other; one, or several. Default: id and environment.',
    },
    deadline: duration('The whole run must end within this time.'),
    onFailure: failure,
    outputs: {
      type: 'object',
      description: 'Name -> CEL, what a calling runbook reads.',
      additionalProperties: { type: 'string' },
    },
    preconditions: list('Reads; one unmet means refused, nothing changed.'),
    evidence: list('Reads before the first change and again at the end.'),
    containment: list('What stops the damage, done before the diagnosis: freeze, halt, pause.'),
    diagnosis: list('Reads; a false expectation is a finding and stops nothing.'),
    steps: list('The work, in order.'),
    validations: list('All must hold, or the run has failed. All are tried, and what fails is told together.'),
    finally: list('Steps that always run before the outcome is settled.'),
    postmortem: list('Questions after the outcome; they never change it.'),
    watch: list('Guards beside the run.'),
    comms: list('Messages at moments.'),
  },
  ['apiVersion', 'id', 'title', 'owners'],
);

const confirm: Json = {
  description: 'The operator agrees before the step; `typed` asks to type that text.',
  anyOf: [
    { type: 'string', minLength: 1 },
    object({ message: text('What is asked.'), typed: text('The text to type.') }, ['message']),
  ],
};
const many = (one: Json, description: string): Json => ({
  anyOf: [one, { type: 'array', items: one, minItems: 1 }],
  description,
});

/** Keys that every step and group may have. */
export const stepSchema: ObjectSchema = object({
  id: { type: 'string', pattern: idPattern, description: 'Identity, unique in the document; other steps read steps.<id>.' },
  title: text('Heading.'),
  note: text('Advice shown on the screen, Markdown.'),
  type: text('Step type.'),
  steps: list('Makes this a group of steps.'),
  target: text('Which declared target, name or name/member.'),
  at: {
    type: 'object',
    minProperties: 1,
    additionalProperties: { type: 'string', minLength: 1 },
    description:
      'Fields of the target that this step chooses, where the configuration allows it (`at: { host: PATTERN }` in its entry).',
  },
  when: cel('Skipped when false.'),
  forEach: {
    anyOf: [
      { type: 'string', minLength: 1 },
      { type: 'array', minItems: 1 },
    ],
    description: 'Once per member: a list, a CEL list, or the members of a target (targets.NAME).',
  },
  as: { type: 'string', pattern: idPattern, description: 'Name of the current member, instead of item.' },
  parallel: {
    type: ['integer', 'boolean'],
    description: 'With forEach: how many items at once, true: all. Of a group without forEach, true: all its steps at once.',
  },
  atLeast: {
    type: 'integer',
    minimum: 1,
    description: 'Of a group of reads: so many of its steps must succeed; all are tried. 1: any of them.',
  },
  needs: texts('Siblings of a parallel group that must have succeeded.'),
  confirm,
  offer: text('An optional step: no means skipped.'),
  approve: object(
    {
      from: texts('Roles whose members may agree.'),
      min: { type: 'integer', minimum: 1, description: 'How many must agree.' },
      timeout: duration('How long to wait.'),
      reason: { type: 'boolean', description: 'A reason is required.' },
      each: { type: 'boolean', description: 'Once per member of forEach.' },
      auth: { const: 'uid', description: 'The identity must be proven by the system.' },
    },
    ['from', 'timeout'],
    'Somebody else of that role agrees to the rendered step.',
  ),
  value: { type: ['string', 'number', 'boolean'], description: 'CEL over result: narrows it to the principal value.' },
  sensitive: many(
    { type: 'string', pattern: '^/.' },
    'JSON pointers into the result, such as /body/token (`*`: any name). What is there is masked, and used only where secrets are allowed.',
  ),
  expect: many({ type: ['string', 'boolean'] }, 'CEL that must hold once; all of a list. none: the result must be empty.'),
  until: cel('Poll until this holds.'),
  every: duration('Time between two readings.'),
  for: duration('How long it must hold without a break. Of a guard: how long its expectation must have failed before it trips.'),
  timeout: duration('Per attempt and item; for a group the whole.'),
  abortWhen: cel('Ends the wait early as failed.'),
  onNoData: { enum: ['fail', 'wait', 'zero', 'absent'], description: 'What emptiness means.' },
  retry: object(
    {
      attempts: { type: 'integer', minimum: 1, maximum: 100, description: 'Executions, the first included.' },
      delay: duration('Before the second attempt.'),
      factor: { type: 'number', minimum: 1, description: 'Growth of the delay.' },
      max: duration('Longest delay.'),
      classes: {
        type: 'array',
        items: { enum: ['connection', 'timeout', 'exit-code', 'validation', 'noData', 'auth', 'unknown', 'plugin'] },
        description: 'Failure classes that are retried; default connection and timeout.',
      },
    },
    ['attempts'],
    'More than one attempt.',
  ),
  effect: { enum: ['read', 'write', 'destructive'], description: 'Stricter than the step type says, never laxer.' },
  repeatable: { type: 'boolean', description: 'Safe to do again.' },
  doneWhen: { type: 'object', description: 'A read step without id: is the wanted state in force?' },
  within: duration('doneWhen: how long the wanted state may take.'),
  undo: {
    description: 'restore, none, a step, or a list in the order of taking back: steps, and restore among them.',
    anyOf: [
      { enum: ['restore', 'none'] },
      { type: 'object' },
      { type: 'array', items: { anyOf: [{ const: 'restore' }, { type: 'object' }] }, minItems: 1 },
    ],
  },
  onFailure: failure,
  critical: { type: 'boolean', description: 'Whether a failure counts for the outcome.' },
  finding: {
    const: true,
    description:
      'A read whose failure or false expectation is told as a finding and stops nothing; in preconditions a later one judges it.',
  },
  evidence: { type: 'boolean', description: 'Keep the whole result in the report.' },
  from: text('Watch: in force from this step.'),
  to: text('Watch: in force until this step.'),
  then: list('Watch: steps when the guard trips.'),
  repeat: duration('Watch: in force again so long after it tripped. Without it a guard trips once.'),
  levels: {
    type: 'array',
    minItems: 1,
    items: object(
      {
        for: duration('How long the expectation must have failed.'),
        then: list('Steps when it has.'),
        repeat: duration('In force again so long after it tripped.'),
      },
      ['for', 'then'],
    ),
    description: 'Watch: instead of `then`, what is done the longer it lasts. `onFailure` holds for the last level.',
  },
});

export const commsSchema: ObjectSchema = object(
  {
    id: { type: 'string', pattern: idPattern, description: 'Name of the message.' },
    at: {
      type: 'array',
      items: { type: 'string' },
      minItems: 1,
      description: 'started, waiting, finished, succeeded, failed, or ids of steps.',
    },
    every: duration('Repeated in this period.'),
    to: text('A declared target.'),
    message: text('Text with {{paths}}, if/each and helpers.'),
    when: cel('Only when this holds.'),
    attach: { type: 'array', items: { enum: ['report', 'evidence'] }, description: 'What to attach.' },
    title: text('Heading, where the receiver has one.'),
    severity: text('Severity, where the receiver has one.'),
    status: {
      enum: ['investigating', 'identified', 'monitoring', 'resolved'],
      description: 'Of a status page: the state of the incident of this run from now on.',
    },
    components: { type: 'object', description: 'Of a status page: component -> its state.' },
  },
  ['to', 'message'],
);

/** Keys that only a section or role knows; `from` and `to` of a step type itself (notify, escalate) come first. */
export const watchOnly: ReadonlySet<string> = new Set(['from', 'to', 'then', 'repeat', 'levels']);
export const moments: readonly string[] = ['started', 'waiting', 'finished', 'succeeded', 'failed'];
