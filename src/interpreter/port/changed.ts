/** For `changes` of step types: one thing, when it is named literally. */
import type { Json } from '../core/model/value.ts';
import type { Change } from './step-type.ts';

export const changed = (kind: string, name: Json | undefined, pointer: string): readonly Change[] =>
  typeof name !== 'string' || name === '' || name.includes('{{') ? [] : [{ thing: `${kind} "${name}"`, pointer }];
