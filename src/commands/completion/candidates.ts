/** Which words may appear at the cursor. Pure: what there is to choose from comes from `Sources`, asked only when it is needed. */

export interface OptionShape {
  /** `--env`, `-e`. */
  readonly flags: readonly string[];
  readonly description: string;
  /** Name of its value; undefined: it is a switch. */
  readonly value?: string;
  readonly choices?: readonly string[];
}
export interface VerbShape {
  readonly name: string;
  readonly description: string;
  /** Names of its arguments, in order; the last one may repeat. */
  readonly words: readonly string[];
  readonly options: readonly OptionShape[];
}

export interface Candidate {
  readonly text: string;
  readonly description?: string;
}

/** What one command line refers to: its first argument is a runbook or a run. */
export interface Sources {
  runbooks(): readonly Candidate[];
  runs(): readonly Candidate[];
  steps(of: Subject): readonly Candidate[];
  inputs(of: Subject): readonly Candidate[];
  environments(config: string | undefined): Promise<readonly Candidate[]>;
  named(what: string): Promise<readonly Candidate[]>;
}
export interface Subject {
  readonly is: 'run' | 'runbook';
  readonly name: string;
  readonly catalogue?: string;
}

export interface Proposal {
  readonly candidates: readonly Candidate[];
  /** Files fit as well. */
  readonly files: boolean;
}

const nothing: Proposal = { candidates: [], files: false };
const listOf = (candidates: readonly Candidate[], files = false): Proposal => ({ candidates, files });
const plain = (words: readonly string[]): Proposal => listOf(words.map((text) => ({ text })));

/** `words`: all after the program's name; the last one is the one at the cursor, perhaps empty. */
export async function candidates(verbs: readonly VerbShape[], words: readonly string[], sources: Sources): Promise<Proposal> {
  const current = words.at(-1) ?? '';
  const verb = verbs.find((one) => one.name === words[0]);
  if (words.length <= 1) return beginning(listOf(verbs.map(({ name: text, description }) => ({ text, description }))), current);
  if (verb === undefined) return nothing;
  const line = readLine(verb, words.slice(1, -1));
  const joined = /^(--[a-z-]+)=(.*)$/.exec(current);
  const option = line.open ?? verb.options.find(({ flags, value }) => value !== undefined && flags.includes(joined?.[1] ?? ''));
  if (option === undefined && current.startsWith('-')) return beginning(optionsOf(verb), current);
  const offer = await (option === undefined ? wordAt(verb, line, sources) : valueOf(option, line, sources));
  if (line.open !== undefined || joined === null || option === undefined) return beginning(offer, current);
  const [, flag = '', begun = ''] = joined;
  const found = beginning(offer, begun);
  return { ...found, candidates: found.candidates.map((one) => ({ ...one, text: `${flag}=${one.text}` })) };
}

interface Line {
  readonly words: readonly string[];
  /** The last word is an option that still wants its value. */
  readonly open?: OptionShape;
  readonly subject?: Subject;
  readonly config?: string;
}

function readLine(verb: VerbShape, given: readonly string[]): Line {
  const words: string[] = [];
  const values = new Map<string, string>();
  let open: OptionShape | undefined;
  for (const word of given) {
    if (open !== undefined) {
      values.set(open.value ?? '', word);
      open = undefined;
    } else if (word.startsWith('-')) open = verb.options.find(({ flags, value }) => value !== undefined && flags.includes(word));
    else words.push(word);
  }
  const is = verb.words[0]?.startsWith('runbook') === true ? 'runbook' : 'run';
  const [name] = words;
  const catalogue = values.get('folder');
  const config = values.get('file');
  return {
    words,
    ...(open === undefined ? {} : { open }),
    ...(name === undefined ? {} : { subject: { is, name, ...(catalogue === undefined ? {} : { catalogue }) } }),
    ...(config === undefined ? {} : { config }),
  };
}

const optionsOf = ({ options }: VerbShape): Proposal =>
  listOf(options.map(({ flags, description }) => ({ text: flags.at(-1) ?? '', description })));

async function wordAt(verb: VerbShape, { words, subject }: Line, sources: Sources): Promise<Proposal> {
  const name = verb.words[Math.min(words.length, verb.words.length - 1)];
  switch (name) {
    case undefined:
      return nothing;
    case 'runbook':
    case 'files':
      return listOf(sources.runbooks(), true);
    case 'run':
      return listOf(sources.runs());
    case 'step':
      return listOf(subject === undefined ? [] : sources.steps(subject));
    case 'name':
      return verb.words[0] === 'run' && subject !== undefined
        ? listOf(sources.inputs(subject))
        : listOf(await sources.named(verb.name));
    default:
      return listOf(await sources.named(name));
  }
}

async function valueOf(option: OptionShape, { subject, config }: Line, sources: Sources): Promise<Proposal> {
  if (option.choices !== undefined) return plain(option.choices);
  const before = (found: readonly Candidate[]): Proposal => listOf(found.map((one) => ({ ...one, text: `${one.text}=` })));
  switch (option.flags.at(-1)) {
    case '--input':
      return subject === undefined ? nothing : before(sources.inputs(subject));
    case '--answer':
      return subject === undefined ? nothing : before(sources.steps(subject));
    case '--to':
      return listOf(subject === undefined ? [] : sources.steps(subject));
    case '--env':
      return listOf(await sources.environments(config));
    case '--runbook':
      return listOf(sources.runbooks());
    case '--only':
      return plain(['diagnosis']);
    default:
      return { candidates: [], files: /file|folder/.test(option.value ?? '') };
  }
}

const beginning = ({ candidates: all, files }: Proposal, begun: string): Proposal => ({
  candidates: all.filter(({ text }) => text.startsWith(begun)),
  files,
});
