/** A test file as it is used: cases with everything that holds in them, defaults filled in. */
import type { Json } from '../core/model/value.ts';
import type { Mapping } from '../document/steps.ts';
import { isMapping } from '../document/steps.ts';
import type { StepEffect, Effects } from './paths/effects.ts';
import type { FailurePoint, FailureKind } from './paths/trouble.ts';
import type { Expected } from './rehearsal.ts';
import { answersIn, expectedOf } from './rehearsal.ts';

/** What a run is given: by a test file, or by a world of a rehearsal. */
export interface CaseGiven {
  readonly inputs: Mapping;
  readonly answers: Readonly<Record<string, string>>;
  readonly effects: Effects;
}

export interface TestCase extends CaseGiven {
  readonly name: string;
  readonly points: readonly FailurePoint[];
  readonly then?: string;
  readonly expect: Expected;
}

export interface TestFile extends CaseGiven {
  readonly facts: Mapping;
  readonly cases: readonly TestCase[];
}

/** The data must have passed `checkTestFile`. */
export function readTestFile(data: Mapping): TestFile {
  const cases = Object.entries(mappingOf(data['cases'])).map(([name, one]) => caseOf(name, mappingOf(one), data));
  return { ...givenIn([data]), facts: mappingOf(data['facts']), cases };
}

function caseOf(name: string, own: Mapping, file: Mapping): TestCase {
  const points = Object.entries(mappingOf(own['trouble'])).map(([step, how]) => ({ step, how: how as FailureKind }));
  const then = own['then'];
  return {
    name,
    ...givenIn([file, own]),
    points,
    ...(typeof then === 'string' ? { then } : {}),
    expect: expectedOf(mappingOf(own['expect'])),
  };
}

/** The later counts. */
const givenIn = (parts: readonly Mapping[]): CaseGiven => ({
  inputs: Object.assign({}, ...parts.map((one) => mappingOf(one['inputs']))) as Mapping,
  answers: Object.assign({}, ...parts.map((one) => answersIn(mappingOf(one['answers'])))) as CaseGiven['answers'],
  effects: Object.assign({}, ...parts.map((one) => effectsIn(one['effects']))) as Effects,
});

export const effectsIn = (json: Json | undefined): Effects => mappingOf(json) as Readonly<Record<string, StepEffect>>;

const mappingOf = (json: Json | undefined): Mapping => (isMapping(json) ? json : {});
