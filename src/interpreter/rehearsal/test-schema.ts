/** JSON Schema of a test file, `<runbook>.test.yaml`. Data only: the validator and the published schema are generated from it. */
import type { Json } from '../core/model/value.ts';
import type { ObjectSchema } from '../check/document-schema.ts';
import { trouble } from './paths/trouble.ts';
import { expectSchema } from './rehearsal-schema.ts';

const shared: Readonly<Record<string, Json>> = {
  inputs: { type: 'object', description: 'Inputs of the runbook. In a case: beside and before those of the file.' },
  answers: { type: 'object', description: 'Answers to questions, by step. A question without one is answered with yes.' },
  effects: {
    type: 'object',
    additionalProperties: { type: 'object' },
    description:
      'What steps answer, by step or by item (`cacheGate[1]`). A step without one succeeds, and what expects its value holds.',
  },
};

export const effectSchema: ObjectSchema = {
  type: 'object',
  description: 'What a step answers.',
  properties: {
    value: { description: 'What conditions read as `value` and `steps.ID.value`.' },
    result: { description: 'What they read as `result`; without `value`, that is made of it as in a run.' },
    changed: { type: 'boolean', description: 'Whether it changed something (default: when it can).' },
    fails: { type: 'string', minLength: 1, description: 'It fails, with this message.' },
  },
  required: [],
  additionalProperties: false,
};

export const caseSchema: ObjectSchema = {
  type: 'object',
  description: 'One run of the runbook, and how it ends.',
  properties: {
    ...shared,
    trouble: { type: 'object', additionalProperties: { enum: [...trouble] }, description: 'Step -> what happens to it.' },
    then: {
      enum: ['retry', 'skip', 'undo', 'abort', 'done', 'not-done'],
      description: 'What a person answers to the question after the trouble.',
    },
    expect: { type: 'object', description: 'How the run ends.' },
  },
  required: ['expect'],
  additionalProperties: false,
};

/** As in a rehearsal, but there is no system that could be verified. */
export const caseExpectSchema: ObjectSchema = {
  ...expectSchema,
  properties: Object.fromEntries(Object.entries(expectSchema.properties).filter(([name]) => name !== 'verify')),
};

export const testSchema: ObjectSchema = {
  type: 'object',
  description: 'How a runbook is tested without a system.',
  properties: {
    apiVersion: { const: 'runbook/v1', description: 'Version of the language.' },
    tests: { type: 'string', minLength: 1, description: 'Id of the runbook.' },
    facts: { type: 'object', description: 'What conditions read as `env.NAME`.' },
    ...shared,
    cases: {
      type: 'object',
      additionalProperties: { type: 'object' },
      description: 'Runs that are expected to end in a certain way, by name.',
    },
  },
  required: ['apiVersion', 'tests'],
  additionalProperties: false,
};
