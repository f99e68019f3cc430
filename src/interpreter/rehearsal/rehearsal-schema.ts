/** JSON Schema of a rehearsal file, `<runbook>.rehearsal.yaml`. Data only: the validator and the published schema are generated from it. */
import type { Json } from '../core/model/value.ts';
import type { ObjectSchema } from '../check/document-schema.ts';

const text = (description: string): Json => ({ type: 'string', minLength: 1, description });
const commands = (description: string): Json => ({
  type: 'array',
  items: { type: 'string', minLength: 1 },
  description: `${description} Each is a line for sh.`,
});
const state: Json = {
  enum: ['holds', 'broken'],
  description: 'What `verify` says: the system is as it should be, or it is not.',
};
const given = (what: string): Json => ({
  type: 'object',
  description: `${what} In a world: beside and before those of the file.`,
});

const approvers: Json = {
  type: 'array',
  items: { type: 'string', minLength: 1 },
  description:
    'Names of people who agree to steps with `approve`, unless `answers` has a no for the step. The configuration must have `sharedAccounts`, because all of them use the account of the rehearsal, and the roles that they have.',
};

export const labSchema: ObjectSchema = {
  type: 'object',
  description: 'The system on which it is rehearsed, brought up once for all worlds.',
  properties: {
    up: commands('Bring the system up.'),
    down: commands('Take it down again, also after a failure.'),
    config: text('A line for sh that prints the runbook.config.yaml of the system.'),
    env: text('A line for sh that prints variables for the runs as a JSON object of texts.'),
    copies: {
      type: 'object',
      propertyNames: { pattern: '^[A-Za-z_][A-Za-z0-9_]*$' },
      additionalProperties: { type: 'string' },
      description:
        'Variables that keep copies of the system apart, so that `--jobs` can have several up at once. {{copy}} is the number of the copy, {{folder}} an empty folder of its own. Without it there is only one.',
    },
  },
  required: ['config'],
  additionalProperties: false,
};

export const expectSchema: ObjectSchema = {
  type: 'object',
  description: 'How the run ends.',
  properties: {
    outcome: {
      enum: [
        'succeeded',
        'warning',
        'refused',
        'failed',
        'undone',
        'undo-failed',
        'unknown',
        'aborted',
        'timed-out',
        'not-answered',
      ],
      description: 'The outcome of the run.',
    },
    steps: {
      type: 'object',
      additionalProperties: { enum: ['ok', 'unchanged', 'skipped', 'failed', 'unknown', 'cancelled'] },
      description: 'Step -> the state that it ends in.',
    },
    changed: { type: 'array', items: { type: 'string' }, description: 'Exactly the steps that change something.' },
    verify: state,
  },
  required: ['outcome'],
  additionalProperties: false,
};

export const worldSchema: ObjectSchema = {
  type: 'object',
  description: 'One state of the system, and how the runbook ends in it.',
  properties: {
    prepare: commands('Bring the system into this state, from whatever state it is in.'),
    given: state,
    inputs: given('Inputs of the runbook.'),
    answers: given('Answers to questions, by step.'),
    approvers,
    expect: { type: 'object', description: 'How the run ends.' },
    sabotage: {
      type: 'boolean',
      description:
        'Whether each step that changes something here is rehearsed once more without acting (default: where the run succeeds).',
    },
  },
  required: ['expect'],
  additionalProperties: false,
};

export const rehearsalSchema: ObjectSchema = {
  type: 'object',
  description: 'How a runbook is rehearsed.',
  properties: {
    apiVersion: { const: 'runbook/v1', description: 'Version of the language.' },
    rehearses: text('Id of the runbook.'),
    environment: text('Environment of the configuration; it must be marked `rehearsal: true`.'),
    lab: { type: 'object', description: 'The system on which it is rehearsed.' },
    inputs: given('Inputs of the runbook.'),
    answers: given('Answers to questions, by step.'),
    approvers,
    verify: text('A line for sh that ends with 0 when the system is as it should be; it does not use the runbook.'),
    worlds: {
      type: 'object',
      minProperties: 1,
      additionalProperties: { type: 'object' },
      description: 'States of the system: healthy, faulted, one for each variant of the fault.',
    },
    unproven: {
      type: 'object',
      additionalProperties: { type: 'string', minLength: 1 },
      description:
        'Step -> why it is accepted that nothing notices when the step does nothing or, with `mutants`, when it is mistaken.',
    },
    mutants: {
      type: 'array',
      minItems: 1,
      items: { enum: ['checks', 'thresholds', 'conditions'] },
      description:
        'Mistakes that are tried as well, each in runs of its own: checks removed, thresholds loosened tenfold, conditions (`when`) inverted. `--mutants` tries all of them.',
    },
    minScore: {
      type: 'integer',
      minimum: 0,
      maximum: 100,
      description: 'The rehearsal fails when less than this percentage of all mutants is noticed.',
    },
  },
  required: ['apiVersion', 'rehearses', 'environment', 'lab', 'worlds'],
  additionalProperties: false,
};
