import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { registry } from '../steps/index.ts';
import { schemaOfStep } from './step-schema.ts';

const whole = JSON.parse(readFileSync(new URL('../../schema/runbook.schema.json', import.meta.url), 'utf8')) as Parameters<
  typeof schemaOfStep
>[0];
const validatorOf = (type: string) => new Ajv({ strict: false }).compile(schemaOfStep(whole, type) ?? {});

describe('the schema of one step type', () => {
  it.each(registry.names())('%s is a JSON Schema', (type) => {
    expect(validatorOf(type)({ id: 'one', type: 'other' })).toBe(false);
  });

  it('takes a whole step, and no other', () => {
    const validate = validatorOf('metric');
    expect(validate({ id: 'one', type: 'metric', query: 'up', expect: 'value == 1', timeout: '5s' })).toBe(true);
    for (const wrong of [
      { id: 'one', query: 'up' },
      { id: 'one', type: 'metric' },
      { id: 'one', type: 'metric', query: 'up', qurey: 'up' },
    ])
      expect(validate(wrong), JSON.stringify(wrong)).toBe(false);
  });

  it('there is none of a type that is not there', () => {
    expect(schemaOfStep(whole, 'nosuch')).toBeUndefined();
  });
});
