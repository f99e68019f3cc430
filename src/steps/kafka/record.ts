/** A record as the steps show it. */
import type { Tailed } from '../../clients/kafka/log.ts';
import type { ExactJson } from '../../interpreter/core/model/json.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import type { Done } from '../../interpreter/port/step-type.ts';
import type { ValueForm } from './bytes.ts';
import { nameOfKey, decodedValue } from './bytes.ts';

export function tailedRecord(one: Tailed, form: ValueForm): ExactJson {
  const value = one.value === null ? undefined : decodedValue(one.value, form);
  return {
    json: {
      partition: one.partition,
      offset: one.offset.toString(),
      key: one.key === null ? null : nameOfKey(one.key),
      value: value?.json ?? null,
      tombstone: one.value === null,
      timestamp: one.timestamp,
    },
    int64: ['/offset', ...below('/value', value?.int64 ?? [])],
  };
}

/** Pointers of a part as pointers of the whole. A member named `*` would mean every member. */
export const below = (pointer: string, all: readonly string[]): readonly string[] =>
  pointer.endsWith('/*') ? [] : all.map((one) => `${pointer}${one}`);

export const noRecords = (result: Json, missing: string): Done => ({ ok: true, changed: false, noData: true, missing, result });
