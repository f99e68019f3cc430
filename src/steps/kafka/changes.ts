/** Which groups and topics an operation changes. Records that are added spoil nothing for others. */
import type { Json } from '../../interpreter/core/model/value.ts';
import { changed } from '../../interpreter/port/changed.ts';
import type { Change } from '../../interpreter/port/step-type.ts';

const subjects: Readonly<Record<string, readonly [kind: string, key: string]>> = {
  resetOffsets: ['the consumer group', 'group'],
  deleteGroup: ['the consumer group', 'group'],
  createTopic: ['the topic', 'topic'],
  deleteTopic: ['the topic', 'topic'],
  addPartitions: ['the topic', 'topic'],
  deleteRecords: ['the topic', 'topic'],
  alterConfig: ['the topic', 'topic'],
};

export function changes(params: Readonly<Record<string, Json>>): readonly Change[] {
  return Object.entries(subjects).flatMap(([operation, [kind, key]]) => {
    const given = params[operation];
    if (given === null || typeof given !== 'object' || Array.isArray(given)) return [];
    return changed(kind, (given as Readonly<Record<string, Json>>)[key], `/${operation}/${key}`);
  });
}
