/** `runbook new`: a runbook that lints clean, from flags or a few answers on a terminal. It never overwrites a file. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { catalogueFolder, folderName } from '../catalogue/catalogue.ts';
import { CommandError, exitCodes, usage } from '../console/exit-codes.ts';
import { packageRoot } from '../console/package-root.ts';
import { print } from '../console/terminal.ts';

export interface NewOptions {
  readonly title?: string;
  readonly owner?: readonly string[];
  readonly severity?: string;
  readonly alert?: string;
  readonly folder?: string;
  readonly catalogue?: string;
}

interface Answers {
  readonly id: string;
  readonly title: string;
  readonly owners: readonly string[];
  readonly severity: string;
  readonly alert: string;
}

const severities = ['SEV1', 'SEV2', 'SEV3', 'SEV4'];

export async function newRunbook(id: string, options: NewOptions): Promise<number> {
  if (!/^[a-z][a-z0-9-]*$/.test(id)) throw usage(`${id} is not an id`, 'lower case letters, digits and hyphens, from a letter');
  const answers = await complete(id, options);
  if (!severities.includes(answers.severity))
    throw usage(`there is no severity ${answers.severity}`, `one of ${severities.join(', ')}`);
  if (answers.title.trim() === '') throw usage('a runbook needs a title', 'give --title TEXT');
  if (answers.owners.length === 0) throw usage('a runbook needs an owner', 'give --owner NAME');
  const directory = process.cwd();
  const folder = options.catalogue ?? catalogueFolder({ directory }) ?? join(directory, folderName);
  const path = join(resolve(folder), options.folder ?? '', `${id}.yaml`);
  if (relative(resolve(folder), path).startsWith('..'))
    throw usage(`--folder ${options.folder ?? ''} is not inside the catalogue`, 'another catalogue is given with --catalogue');
  if (existsSync(path))
    throw new CommandError({ exitCode: exitCodes.usage, message: `${path} exists`, hint: 'choose another id' });
  mkdirSync(dirname(path), { recursive: true });
  const schema = schemaFor(resolve(folder));
  writeFileSync(path, text(answers, relative(dirname(path), schema)), { flag: 'wx' });
  await print(relative(directory, path));
  return exitCodes.succeeded;
}

/** Asks only on a terminal, and only for what no flag says. */
async function complete(id: string, options: NewOptions): Promise<Answers> {
  const words = id.replaceAll('-', ' ');
  const suggested = `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
  const given = {
    id,
    title: options.title,
    owner: options.owner === undefined || options.owner.length === 0 ? undefined : options.owner.join(', '),
    severity: options.severity,
    alert: options.alert,
  };
  const user = process.env['USER'] ?? 'on-call';
  const ask = process.stdin.isTTY ? createInterface({ input: process.stdin, output: process.stderr }) : undefined;
  const answer = async (known: string | undefined, question: string, usual: string): Promise<string> => {
    if (known !== undefined) return known;
    const said = (await ask?.question(`${question}${usual === '' ? '' : ` [${usual}]`}: `))?.trim() ?? '';
    return said === '' ? usual : said;
  };
  try {
    const title = await answer(given.title, 'Title', suggested);
    const owners = await answer(given.owner, 'Owners, with commas', user);
    const severity = await answer(given.severity, `Severity (${severities.join(', ')})`, 'SEV3');
    const alert = await answer(given.alert, 'Alert that it answers, if any', '');
    return { id, title, owners: namesIn(owners), severity, alert };
  } finally {
    ask?.close();
  }
}

const namesIn = (list: string): readonly string[] =>
  list
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');

/**
 * The schema that the editor is told of: a file that is committed with the runbooks, so that the modeline is true on every machine and fits the
 * version that the team uses. In a checkout of this program that is its own schema; elsewhere a copy in the catalogue, made when there is none.
 */
function schemaFor(catalogue: string): string {
  const own = join(packageRoot(), 'schema', 'runbook.schema.json');
  if (isCheckout(packageRoot()) && !relative(packageRoot(), catalogue).startsWith('..')) return own;
  const copy = join(catalogue, 'runbook.schema.json');
  if (!existsSync(copy)) {
    copyFileSync(own, copy);
    tell(`wrote ${relative(process.cwd(), copy)} for editors: commit it with the runbooks`);
  } else if (!readFileSync(copy).equals(readFileSync(own)))
    tell(
      `${relative(process.cwd(), copy)} is of another version; renew it with: runbook schema > ${relative(process.cwd(), copy)}`,
    );
  return copy;
}

/** An installed package has no sources. */
const isCheckout = (root: string): boolean => existsSync(join(root, 'src'));

const tell = (line: string): void => {
  process.stderr.write(`runbook: ${line}\n`);
};

const quoted = (value: string): string => JSON.stringify(value);

const text = (
  { id, title, owners, severity, alert }: Answers,
  schema: string,
): string => `# yaml-language-server: $schema=${schema}
apiVersion: runbook/v1
id: ${id}
title: ${quoted(title)}
severity: ${severity}
owners: [${owners.map(quoted).join(', ')}]
${alert === '' ? '' : `triggers: [{ alert: ${quoted(alert)} }]\n`}inputs:
  service: { type: string, default: example }
preconditions: # nothing is changed while one of them does not hold
  - { id: hostAnswers, title: The host answers, type: shell, argv: [uname, -n], reads: true, expect: value.trim() != "" }
steps:
  - id: change
    title: "What repairs it, for {{inputs.service}}"
    type: shell
    argv: ["true"]
    undo: none
validations: # they must be able to fail
  - { id: repaired, title: The service is well again, type: shell, argv: ["true"], reads: true, expect: result.exitCode == 0 }
`;
