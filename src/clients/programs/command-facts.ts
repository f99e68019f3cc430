/** What the keys of a step say about the command that it runs: for step types that run one. */
import type { Json } from '../../interpreter/core/model/value.ts';
import { textOf } from '../../interpreter/port/text.ts';
import type { CommandLine, Judgement } from './judge.ts';
import { judgeCommand } from './judge.ts';

export interface Doubt {
  readonly why: string;
  readonly hint: string;
}

/** Undefined: it reads. `reads: true` is the author's word where nothing is known, and no word against what certainly writes. */
export function doubtOf(command: CommandLine | undefined, stated: boolean): (Doubt & { readonly certain: boolean }) | undefined {
  const judged: Judgement =
    command === undefined ? { is: 'unknown', why: 'nobody but its author knows what a script does' } : judgeCommand(command);
  if (judged.is === 'read' || (judged.is === 'unknown' && stated)) return undefined;
  return judged.is === 'write'
    ? { why: judged.why, hint: 'move it to `steps:`', certain: true }
    : { why: judged.why, hint: 'if it only reads, let the author answer for it: `reads: true`', certain: false };
}

export const wordList = (json: Json | undefined): readonly string[] =>
  Array.isArray(json) ? (json as readonly Json[]).map(textOf) : [];
