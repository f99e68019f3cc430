/** What authors do wrong, made in runbooks that are right: each mistake with every place of a text where it can be made. */

/** One mistake, made. */
export interface Made {
  /** Stretch of the right text. */
  readonly from: number;
  readonly to: number;
  /** What stands there instead. */
  readonly by: string;
  /** Where the finding begins, from the beginning of the stretch, or at the document as a whole; absent: somewhere in the same step. */
  readonly at?: number | 'document';
}

export interface Mistake {
  readonly name: string;
  /** What lint calls it. */
  readonly codes: readonly string[];
  /** Places in a text; there may be none. */
  find(text: string): readonly Made[];
}

/** The first group of the pattern is what is replaced. */
function replacing(pattern: RegExp, by: string | ((word: string) => string | undefined), at: number | 'step' | 'document' = 0) {
  return (text: string): readonly Made[] =>
    [...withoutComments(text).matchAll(new RegExp(pattern, `d${pattern.flags.replace('d', '')}`))].flatMap((match) => {
      const [from, to] = (match as RegExpExecArray & { indices: readonly (readonly [number, number])[] }).indices[1] ?? [0, 0];
      const wrong = typeof by === 'string' ? by : by(text.slice(from, to));
      return wrong === undefined ? [] : [{ from, to, by: wrong, ...(at === 'step' ? {} : { at }) }];
    });
}

/** As long as before. */
const withoutComments = (text: string): string => text.replaceAll(/(?<=^|\s)#[^\n]*/g, (comment) => ' '.repeat(comment.length));

/** Two letters in the middle exchanged. */
function misspelt(word: string): string {
  for (let at = Math.max(1, Math.floor(word.length / 2) - 1); at < word.length - 1; at += 1)
    if (word[at] !== word[at + 1]) return word.slice(0, at) + (word[at + 1] ?? '') + (word[at] ?? '') + word.slice(at + 2);
  return `${word}x`;
}

const typedKeys = 'query|command|argv|url|flag|read|edit|match|subscribe|message|fields|returns|alert|labels|body|method|since';
const commonKeys =
  'timeout|expect|title|value|until|every|undo|confirm|abortWhen|onNoData|forEach|doneWhen|retry|repeatable|parallel|type';
const step = (pattern: string): RegExp => new RegExp(pattern, 'g');

export const mistakes: readonly Mistake[] = [
  {
    name: 'a misspelt common key of a step',
    codes: ['key/unknown'],
    find: replacing(step(`(?<=[{,\\n] +(?:- )?)(${commonKeys})(?=: )`), misspelt),
  },
  {
    name: 'a misspelt key of a step type',
    codes: ['key/unknown'],
    find: replacing(step(`(?<=[{,\\n] +(?:- )?)(${typedKeys})(?=: )`), misspelt),
  },
  {
    name: 'a misspelt key of the document',
    codes: ['key/unknown'],
    find: replacing(
      /^(title|owners|targets|inputs|steps|validations|preconditions|evidence|diagnosis|comms|summary|severity|lock|links|watch|triggers)(?=:)/gm,
      misspelt,
    ),
  },
  {
    name: 'a misspelt type',
    codes: ['step/unknown-type', 'target/unknown-type'],
    find: replacing(
      /(?<=type: )(redis|kafka|metric|shell|sql|http|manual|flag|alert|websocket|wait-until-metric|file|log|check|ask|notify)(?=[,\s])/g,
      misspelt,
    ),
  },
  {
    name: 'a misspelt step in a condition',
    // In a message it is one of a helper.
    codes: ['expression/unknown-field', 'template/unknown-name'],
    find: replacing(/(?<!\{\{ ?)\bsteps\.(\w+)(?=\.(?:value|ok|result|state))/g, misspelt),
  },
  {
    name: 'a misspelt step in a template',
    codes: ['template/unknown-name'],
    find: replacing(/(?<=\{\{steps\.)(\w+)(?=\.)/g, misspelt),
  },
  {
    name: 'a misspelt input in a template',
    codes: ['template/unknown-name'],
    find: replacing(/(?<=\{\{)(inputs\.\w+)(?=\}\})/g, (word) => `inputs.${misspelt(word.slice(7))}`),
  },
  {
    name: 'a misspelt input in a condition',
    codes: ['expression/unknown-field'],
    find: replacing(/(?<!\{\{ ?)\binputs\.(\w+)(?![\w}])/g, misspelt),
  },
  {
    name: 'a unit in words',
    codes: ['value/duration'],
    find: replacing(
      /(?<=(?:timeout|every|for|within|estimate|lasts|since|idle): )(\d+[smh])(?=[,\s])/g,
      (word) => `${word.slice(0, -1)} minutes`,
    ),
  },
  {
    name: 'a number instead of a duration',
    codes: ['value/duration', 'value/type'],
    find: replacing(/(?<=(?:timeout|every|for|within): )(\d+[smh])(?=[,\s])/g, (word) => word.slice(0, -1)),
  },
  {
    name: 'no timeout for a wait',
    codes: ['wait/no-timeout'],
    find: replacing(/(?<=until: [^\n]*)(,\s+timeout: \w+)/g, '', 'step'),
  },
  {
    name: 'no timeout for a wait, in lines',
    codes: ['wait/no-timeout'],
    find: replacing(/\n    until: [^\n]*(?:\n    (?! *(?:- |timeout:))[^\n]*)*(\n    timeout: \w+)(?=\n)/g, '', 'step'),
  },
  {
    name: 'no until for a wait',
    codes: ['key/missing', 'wait/no-until'],
    find: replacing(/type: wait-until-metric\n[^-]*?(\n +until: [^\n]*)/g, '', 'step'),
  },
  {
    name: 'a text for a number',
    codes: ['expression/type-mismatch'],
    find: replacing(
      /type: (?:metric|wait-until-metric)[^\n]*(?:\n(?! *-)[^\n]*)*?(?:until|abortWhen): value [<>] (\d+(?:\.\d+)?)/g,
      (word) => `'${word}'`,
      'step',
    ),
  },
  {
    name: 'a forgotten quote',
    codes: ['yaml/syntax', 'expression/expression-syntax'],
    find: replacing(/: (?:'[^'\n]*(?=')|"(?:[^"\\\n]|\\.)*(?="))(.)/g, '', 'step'),
  },
  { name: 'a forgotten bracket', codes: ['yaml/syntax'], find: replacing(/: \[[^\]\n[]*(\])/g, '', 'step') },
  { name: 'a policy that does not exist', codes: ['value/enum'], find: replacing(/(?<=onFailure: )(\w+)/g, 'ignore') },
  {
    name: 'an undo that does not exist',
    codes: ['value/enum', 'value/type'],
    find: replacing(/(?<=undo: )(restore|none)/g, 'revert'),
  },
  {
    name: 'an answer to emptiness that does not exist',
    codes: ['value/enum'],
    find: replacing(/(?<=onNoData: )(\w+)/g, 'ignore'),
  },
  {
    name: 'a type of input that does not exist',
    codes: ['value/enum'],
    find: replacing(/(?<=\{ type: )(string|duration|list)(?=[, ])/g, 'varchar'),
  },
  { name: 'another version of the language', codes: ['value/enum'], find: replacing(/(?<=apiVersion: )(runbook\/v1)/g, 'v1') },
  { name: 'an unknown target', codes: ['name/unknown-target'], find: replacing(/(?<=[{,\n] +target: )(\w+)/g, 'elsewhere') },
  {
    name: 'an unknown receiver',
    codes: ['name/unknown-target'],
    find: replacing(/(?<= to: )(opsRealtime|partners|team|tickets|oncall)/g, 'elsewhere'),
  },
  {
    name: 'a target of an unknown type',
    codes: ['target/missing', 'target/type', 'target/unknown-type'],
    find: replacing(/(?<=^targets: \{ \w+: )(\w+)/gm, 'mainframe', 'step'),
  },
  {
    name: 'a filter in a template',
    codes: ['template/syntax'],
    find: replacing(/(\{\{(?:inputs|item|steps)[\w.]*\}\})/g, (word) => word.replace('}}', ' | upper}}'), 'step'),
  },
  {
    name: 'a template that is not closed',
    codes: ['template/syntax'],
    find: replacing(/(\{\{(?:inputs|item|steps)[\w.]*\}\})/g, (word) => word.slice(0, -1), 'step'),
  },
  {
    name: 'a template in a condition',
    codes: ['expression/template'],
    find: replacing(/(?:expect|until|when): "[^"\n]*\b((?:steps\.\w+\.value|inputs\.\w+))/g, (word) => `{{${word}}}`),
  },
  { name: 'no title', codes: ['key/missing'], find: replacing(/^(title: [^\n]*\n)/gm, '', 'document') },
  { name: 'no owners', codes: ['key/missing'], find: replacing(/^(owners: [^\n]*\n)/gm, '', 'document') },
  { name: 'no id of the document', codes: ['key/missing'], find: replacing(/^(id: [^\n]*\n)/gm, '', 'document') },
  { name: 'no id of a step', codes: ['key/missing'], find: replacing(/(?<=^  - \{ )(id: \w+, )/gm, '', 'step') },
  {
    name: 'a query that is not there',
    codes: ['key/missing'],
    find: replacing(/type: (?:metric|wait-until-metric)(, query: [^,\n]*)(?=,)/g, '', 'step'),
  },
  {
    name: 'a single equals sign',
    codes: ['expression/expression-syntax'],
    find: replacing(/(?:expect|until|when): [^\n=]*[^=!<>]( == )/g, ' = ', 'step'),
  },
  { name: 'a word for an operator', codes: ['expression/expression-syntax'], find: replacing(/ (\|\||&&) /g, 'or', 'step') },
  {
    name: 'a function of another language',
    codes: ['expression/unknown-function'],
    find: replacing(/\b(size)(?=\()/g, 'length'),
  },
  {
    name: 'a field that the result does not have',
    codes: ['expression/unknown-field'],
    find: replacing(/\bresult\.(stdout|exitCode|series|reply|body|gaps|data)\b/g, (word) => `${word}s`),
  },
  {
    name: 'a condition that is not a condition',
    codes: ['expression/not-boolean'],
    find: replacing(/(?:until|expect): (value [<>] \d+(?:\.\d+)?)/g, 'value', 'step'),
  },
  {
    name: 'a word that is true to some',
    codes: ['yaml/bare-word', 'value/type'],
    find: replacing(/(?:repeatable|parallel|reads|byKey|evidence): (true)/g, 'yes'),
  },
  {
    name: 'a command line as text',
    codes: ['value/type'],
    find: replacing(/argv: (\[(?:[^\][{\n'"]|"[^"\n{[]*"|'[^'\n{[]*')*\])/g, (word) =>
      word.slice(1, -1).replaceAll(/[,'"]/g, ''),
    ),
  },
  {
    name: 'an unknown command',
    codes: ['redis/unknown-command'],
    find: replacing(/command: \[(PING|GET|EXISTS|DEL)\b/g, misspelt),
  },
  {
    name: 'a change among the reads',
    codes: ['effect/write-in-reads'],
    find: replacing(/^(?:preconditions|diagnosis|evidence):[^\n]*\n(?:  [^\n]*\n)*?[^\n]*command: \[(GET)\b/gm, 'GETDEL', 'step'),
  },
  {
    name: 'PromQL that does not end',
    codes: ['metric/syntax'],
    find: replacing(/query: "?(?:max|sum|topk)[^\n"]*(\))(?=[",\n])/g, '', 'step'),
  },
  {
    name: 'SQL that does not parse',
    codes: ['sql/syntax', 'sql/unknown-statement', 'sql/statement'],
    find: replacing(/query: (select|update|create)\b/g, misspelt),
  },
  {
    name: 'no forEach for an item',
    codes: ['template/unknown-name', 'expression/unknown-name'],
    find: replacing(/(?<=id: \w+)(, forEach: inputs\.\w+)/g, '', 'step'),
  },
  { name: 'an unknown moment', codes: ['name/unknown-moment'], find: replacing(/at: \[(started|finished)\b/g, 'begun') },
  {
    name: 'a key twice',
    codes: ['yaml/duplicate-key'],
    find: replacing(/(?<=^  - \{ id: \w+, )(type: )/gm, 'type: check, type: ', 'step'),
  },
  { name: 'an undo of a step that does not exist', codes: ['name/unknown-step'], find: replacing(/of: \[(\w+)/g, misspelt) },
  { name: 'a tab for indentation', codes: ['yaml/syntax', 'yaml/tab'], find: replacing(/(?<=\n)(  )(?=- \{)/g, '\t', 'step') },
  {
    name: 'a hyphen in an id',
    codes: ['value/pattern'],
    find: replacing(/(?<=\{ id: )([a-z]+[A-Z]\w*)/g, (word) => word.replace(/[A-Z]/, (letter) => `-${letter.toLowerCase()}`)),
  },
];

export const applied = (text: string, made: readonly Made[]): string =>
  [...made].sort((a, b) => b.from - a.from).reduce((at, { from, to, by }) => at.slice(0, from) + by + at.slice(to), text);
