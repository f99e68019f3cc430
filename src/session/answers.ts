import { CommandError, exitCodes } from '../console/exit-codes.ts';
import type { AnswerOptions } from '../console/options.ts';

/** Answers given beforehand: `--answer step=value`. */
export function answersOf(options: AnswerOptions): Readonly<Record<string, string>> {
  const answers: Record<string, string> = {};
  for (const pair of options.answer ?? []) {
    const at = pair.indexOf('=');
    if (at <= 0) throw new CommandError({ exitCode: exitCodes.usage, message: `--answer ${pair}: expected step=value` });
    answers[pair.slice(0, at)] = pair.slice(at + 1);
  }
  return answers;
}
