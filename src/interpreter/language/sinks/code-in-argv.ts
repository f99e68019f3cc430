/** Which words of a command are program text or name the program: places where a value from outside would be run. */
import { codeBehindWords, codeInPositionals } from './code-behind-words.ts';
import { codeVariable } from './loading-variables.ts';
import type { CodePlace, Interpreter } from './interpreters.ts';
import { interpreterOf, programName, wrapperPrograms } from './interpreters.ts';

/** Words after the wrapper's own, as far as a wrapper is known: `sudo timeout 5 sh`. */
export function codeInArgv(argv: readonly string[]): readonly CodePlace[] {
  const places: CodePlace[] = [{ index: 0, why: 'it names the program that is run', beginning: true }];
  const starts = [...programsIn(argv), ...inContainer(argv)];
  for (const start of starts) {
    // A program with blanks in its name is a line for a shell: `sudo -i "ls VALUE"`.
    const isLine = /\s/.test(argv[start] ?? '');
    if (start > 0) places.push({ index: start, why: 'it names the program that is run', ...(isLine ? {} : { beginning: true }) });
    places.push(...codeOf(argv, start, true));
  }
  places.push(...codeBehindWords(argv, starts));
  // An interpreter may also stand behind words that nobody here knows: `kubectl exec pod -- sh -c`, `find -exec sh -c`.
  argv.forEach((_, index) => {
    if (!starts.includes(index)) places.push(...codeOf(argv, index, argv[index - 1] === '--' || isExec(argv[index - 1])));
    if (index > 0 && (isExec(argv[index - 1]) || (argv[index - 1] === '--' && runsAfterDashes(argv))))
      places.push({ index, why: 'it names the program that is run', beginning: true });
  });
  argv.forEach((word, index) => {
    const variable = /^(?:--env=|-e)?([A-Za-z_]\w*)=/.exec(word)?.[1];
    const why = variable === undefined ? undefined : codeVariable(variable);
    if (why !== undefined) places.push({ index, why });
  });
  return places;
}

const isExec = (word: string | undefined): boolean => word !== undefined && /^-(?:exec|execdir|ok|okdir)$/.test(word);

const runsAfterDashes = (argv: readonly string[]): boolean =>
  argv.some((word) => /^(?:kubectl|oc|k3s|crictl|lxc)$/.test(programName(word))) &&
  argv.some((word) => /^(?:exec|debug|run)$/.test(word));

/** `docker exec -u app CONTAINER PROGRAM` */
function inContainer(argv: readonly string[]): readonly number[] {
  const exec = argv.indexOf('exec');
  const isEngine = argv
    .slice(0, Math.max(0, exec))
    .some((word) => /^(?:docker|podman|nerdctl|docker-compose|crictl)$/.test(programName(word)));
  const program = isEngine ? nth(argv, exec, 1, ['-e', '-u', '-w', '--env', '--user', '--workdir', '--env-file']) : undefined;
  return program === undefined ? [] : [program];
}

/** Index of the program, and of the programs that it runs in turn. */
function programsIn(argv: readonly string[]): readonly number[] {
  const starts = [0];
  let at = 0;
  for (;;) {
    const name = programName(argv[at] ?? '');
    const wrapper = Object.hasOwn(wrapperPrograms, name) ? wrapperPrograms[name] : undefined;
    const next = wrapper === undefined ? undefined : nth(argv, at, wrapper.operands, wrapper.values ?? []);
    if (next === undefined) return starts;
    starts.push(next);
    at = next;
  }
}

/** Index of an operand, options and assignments aside. */
function nth(argv: readonly string[], start: number, wanted: number, values: readonly string[]): number | undefined {
  let seen = 0;
  for (let at = start + 1; at < argv.length; at += 1) {
    const word = argv[at] ?? '';
    if (word === '--') return at + 1 + wanted - seen < argv.length ? at + 1 + wanted - seen : undefined;
    if (values.includes(word)) at += 1;
    else if (!/^[-+]./.test(word) && !/^[A-Za-z_]\w*=/.test(word)) {
      if (seen === wanted) return at;
      seen += 1;
    }
  }
  return undefined;
}

function codeOf(argv: readonly string[], start: number, certain: boolean): readonly CodePlace[] {
  const interpreter = interpreterOf(argv[start] ?? '');
  if (interpreter === undefined) return [];
  const why = `${programName(argv[start] ?? '')} runs it as a program`;
  const inOptions = optionTexts(argv, start, interpreter);
  const places: CodePlace[] = inOptions.map((index) => ({ index, why }));
  const [script] = inOptions;
  if (interpreter.positionals === true && script !== undefined) places.push(...codeInPositionals(argv, script));
  if (!certain) return places;
  const isFromFile = interpreter.fileOptions?.some((option) => argv.slice(start).includes(option)) === true;
  if (interpreter.operand !== undefined && !isFromFile) {
    const first = nth(argv, start, interpreter.operand, [...(interpreter.values ?? []), ...(interpreter.options ?? [])]);
    if (first !== undefined && interpreter.every === true)
      argv.slice(first).forEach((_, i) => places.push({ index: first + i, why }));
    else if (first !== undefined) places.push({ index: first, why });
  }
  if (interpreter.file === true && inOptions.length === 0) {
    const file = nth(argv, start, 0, interpreter.values ?? []);
    if (file !== undefined)
      places.push({ index: file, why: `${why.replace('runs it', 'runs the file of that name')}`, beginning: true });
  }
  return places;
}

/** Indexes of words that an option makes program text. */
function optionTexts(
  argv: readonly string[],
  start: number,
  { options = [], clusters, values = [] }: Interpreter,
): readonly number[] {
  const found: number[] = [];
  for (let at = start + 1; at < argv.length; at += 1) {
    const word = argv[at] ?? '';
    if (word === '--') break;
    if (options.includes(word)) found.push((at += 1));
    else if (options.some((option) => isAttached(word, option))) found.push(at);
    else if (clusters !== undefined && /^-[A-Za-z]/.test(word)) {
      const letter = [...word.slice(1)].findIndex((one) => clusters.includes(one));
      if (letter < 0) continue;
      // `-eTEXT` has the text in the word; after `-lc` it is the next word that is not an option.
      if (letter + 2 < word.length && !/^-[A-Za-z]+$/.test(word)) found.push(at);
      let text = at + 1;
      while (/^[-+]./.test(argv[text] ?? '') && text < argv.length - 1) text += values.includes(argv[text] ?? '') ? 2 : 1;
      found.push(text);
    } else if (values.includes(word)) at += 1;
    else if (clusters !== undefined && !/^[-+]/.test(word)) break;
  }
  return found.filter((index) => index < argv.length);
}

const isAttached = (word: string, option: string): boolean =>
  option.startsWith('--')
    ? word.startsWith(`${option}=`)
    : /^-\w$/.test(option) && word.startsWith(option) && word.length > 2 && !/^-[A-Za-z]+$/.test(word);

/** Whether the command takes program text from standard input. */
export function readsCode(argv: readonly string[]): string | undefined {
  for (const start of programsIn(argv)) {
    const interpreter = interpreterOf(argv[start] ?? '');
    if (interpreter?.stdin !== true) continue;
    const given = codeOf(argv, start, true).filter(({ index }) => argv[index] !== '-');
    const isShell = interpreter.file === true;
    if (isShell && given.length > 0 && !argv.slice(start).some((word) => /^-\w*s\w*$/.test(word))) continue;
    return `${programName(argv[start] ?? '')} runs it as a program`;
  }
  const inner = argv.findIndex((word, index) => index > 0 && argv[index - 1] === '--' && interpreterOf(word)?.stdin === true);
  return inner > 0 && inner === argv.length - 1 ? `${programName(argv[inner] ?? '')} runs it as a program` : undefined;
}
