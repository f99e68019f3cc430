/** Which keys a command changes: those of commands whose first argument is the key, and of those that take keys only. */
import type { Json } from '../../interpreter/core/model/value.ts';
import { changed } from '../../interpreter/port/changed.ts';
import type { Change } from '../../interpreter/port/step-type.ts';
import { textOf } from '../../interpreter/port/text.ts';
import { commandEffect } from './commands.ts';
import { containerCommands } from './subcommands.ts';

const keysOnly = new Set(['DEL', 'UNLINK']);
/** Their first argument is not a key. */
const others = new Set(['PUBLISH', 'SPUBLISH', 'EVAL', 'EVALSHA', 'FCALL', 'BITOP', 'XGROUP', 'XREADGROUP', 'LMPOP', 'ZMPOP']);

export function changes(params: Readonly<Record<string, Json>>): readonly Change[] {
  const { command } = params;
  if (!Array.isArray(command)) return [];
  const [word, ...args] = command as readonly Json[];
  const name = textOf(word).toUpperCase();
  if (commandEffect([name, ...args.map(textOf)]) !== 'write' || containerCommands.includes(name) || others.has(name)) return [];
  return (keysOnly.has(name) ? args : args.slice(0, 1)).flatMap((key, index) =>
    changed('the key', key, `/command/${String(index + 1)}`),
  );
}
