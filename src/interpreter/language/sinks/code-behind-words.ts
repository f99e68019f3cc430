/** Program text that only certain words before it make program text: a subcommand, a command of Redis, or a script that runs its own arguments. */
import { codeInRedis } from './code-in-redis.ts';
import type { CodePlace } from './interpreters.ts';
import { programName } from './interpreters.ts';
import { scriptUses } from './script-uses.ts';

/** `words` stand in this order; text is the value of an option, or every word behind the last of them. */
interface Subcommand {
  readonly program: string;
  readonly words: readonly RegExp[];
  readonly options?: readonly string[];
}

const subcommands: readonly Subcommand[] = [
  { program: 'aws', words: [/^ssm$/, /^send-command$/], options: ['--parameters', '--cli-input-json'] },
  { program: 'az', words: [/^run-command$/], options: ['--scripts'] },
  { program: 'gcloud', words: [/^ssh$/], options: ['--command'] },
  { program: 'heroku', words: [/^run$/] },
  { program: 'consul', words: [/^exec$/] },
  { program: 'salt', words: [/^cmd\.\w+$/] },
  { program: 'yq', words: [/^(?:e|ea|eval|eval-all)$/] },
];

export function codeBehindWords(argv: readonly string[], starts: readonly number[]): readonly CodePlace[] {
  return starts.flatMap((start) => [...inSubcommand(argv, start), ...inRedisCli(argv, start)]);
}

function inSubcommand(argv: readonly string[], start: number): readonly CodePlace[] {
  const program = programName(argv[start] ?? '');
  return subcommands
    .filter((one) => one.program === program)
    .flatMap(({ words, options }) => {
      let at = start;
      for (const word of words) {
        at = argv.findIndex((one, index) => index > at && word.test(one));
        if (at < 0) return [];
      }
      const isText = (index: number): boolean =>
        options === undefined ||
        options.includes(argv[index - 1] ?? '') ||
        options.some((option) => argv[index]?.startsWith(`${option}=`) === true);
      return argv.flatMap((_, index) => (index > at && isText(index) ? [{ index, why: `${program} runs it as a program` }] : []));
    });
}

function inRedisCli(argv: readonly string[], start: number): readonly CodePlace[] {
  if (!/^(?:redis|valkey|keydb)-cli$/.test(programName(argv[start] ?? ''))) return [];
  const at = argv.findIndex((word, index) => index > start && /^(?:EVAL|EVAL_RO|SCRIPT|FUNCTION)$/i.test(word));
  if (at < 0) return [];
  return codeInRedis(argv.slice(at)).map((index) => ({ index: at + index, why: 'the server runs it as a program' }));
}

/** `sh -c 'eval "$1"' sh VALUE`: `text` is the index of the script. */
export function codeInPositionals(argv: readonly string[], text: number): readonly CodePlace[] {
  const script = argv[text] ?? '';
  const all = script.replaceAll(/\$(?:[@*]|\{[@*]\})/g, '$EACH');
  const evaluatesEach = /(?:^|[\s;|&(])eval\s[^\n;|&]*\$EACH/.test(all);
  return argv.flatMap((_, index) => {
    const use = index < text + 2 ? undefined : scriptUses(script, String(index - text - 1));
    if (use?.is !== 'code' && !(evaluatesEach && index > text + 1)) return [];
    return [{ index, why: 'the script runs its argument as a program' }];
  });
}
