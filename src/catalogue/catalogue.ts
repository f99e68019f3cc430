/** Finds runbooks: by path, by id, or by the alert they answer, in the nearest `runbooks.yaml.d` upward. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import type { Dirent } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { configFile } from '../interpreter/config/found.ts';
import { readTextIfThere } from '../interpreter/document/read-text.ts';
import { nearest } from '../interpreter/language/suggest.ts';
import { usage } from '../console/exit-codes.ts';

export interface CatalogueOptions {
  /** `--catalogue`, else RUNBOOK_CATALOGUE, else the nearest folder upward. */
  readonly catalogue?: string;
  readonly directory: string;
}

export const folderName = 'runbooks.yaml.d';

/** The catalogue folder in force, or undefined when there is none. */
export function catalogueFolder(options: CatalogueOptions): string | undefined {
  const named = options.catalogue ?? process.env['RUNBOOK_CATALOGUE'];
  if (named !== undefined) {
    const path = resolve(options.directory, named);
    if (!existsSync(path)) throw usage(`the catalogue folder ${named} does not exist`, 'give --catalogue an existing folder');
    return path;
  }
  for (let at = resolve(options.directory); ; at = dirname(at)) {
    const candidate = join(at, folderName);
    if (existsSync(candidate)) return candidate;
    if (dirname(at) === at) return undefined;
  }
}

/** Levels of folders. A deeper tree is a mistake, or was made to exhaust this program. */
const deepest = 64;

/** What a folder holds: its `.yaml` files, sorted, and the links that might be or hold some, which are not followed: they may lead anywhere. */
export interface FolderFiles {
  readonly files: readonly string[];
  readonly links: readonly string[];
}

/** The rehearsal of a runbook is a file beside it: `ws-desync.yaml`, `ws-desync.rehearsal.yaml`. */
export const rehearsalFileOf = (runbook: string): string => runbook.replace(/\.ya?ml$/, '.rehearsal.yaml');

export const isRehearsalFile = (path: string): boolean => path.endsWith('.rehearsal.yaml');

/** How it is tested without a system: `ws-desync.test.yaml`. */
export const testFileOf = (runbook: string): string => runbook.replace(/\.ya?ml$/, '.test.yaml');

export const isTestFile = (path: string): boolean => path.endsWith('.test.yaml');

/** The runbook beside which such a file stands. */
export const runbookBeside = (file: string): string => file.replace(/\.(rehearsal|test)\.yaml$/, '.yaml');

/** Every runbook below the folder, sorted, symbolic links not followed. */
export const runbookFiles = (folder: string): readonly string[] =>
  filesBelow(folder).files.filter((path) => !isRehearsalFile(path) && !isTestFile(path));

/** Runbooks, how they are rehearsed and tested, and links; a configuration that lies among them is none of these. A folder that cannot be read is an error: its runbooks would be missing in silence. */
export function filesBelow(folder: string): FolderFiles {
  const files: string[] = [];
  const links: string[] = [];
  const left: { readonly at: string; readonly depth: number }[] = [{ at: folder, depth: 0 }];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const { at, depth } = next;
    if (depth > deepest)
      throw usage(`${folder} has folders more than ${String(deepest)} levels deep`, 'name the folders that hold runbooks');
    for (const entry of entriesOf(at)) {
      const path = join(at, entry.name);
      if (entry.isDirectory()) left.push({ at: path, depth: depth + 1 });
      else if (entry.isSymbolicLink()) {
        if (isYaml(entry.name) || isFolder(path)) links.push(path);
      } else if (isYaml(entry.name) && entry.name !== configFile) files.push(path);
    }
  }
  return { files: files.sort(), links: links.sort() };
}

const isYaml = (name: string): boolean => /\.ya?ml$/.test(name);
const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (problem) {
    const { code = 'unknown' } = problem as NodeJS.ErrnoException;
    throw usage(`the folder ${folder} cannot be read (${code})`, 'make it readable, or name the folders that hold runbooks');
  }
}

export const idOfFile = (path: string): string => basename(path).replace(/\.ya?ml$/, '');

const looksLikePath = (text: string): boolean => text.includes('/') || /\.ya?ml$/.test(text);

/** Path of the runbook that `name` means: a path, an id, or the name of an alert. Throws a usage error with "did you mean". */
export function findRunbook(name: string, options: CatalogueOptions): string {
  if (looksLikePath(name)) {
    const path = isAbsolute(name) ? name : resolve(options.directory, name);
    if (!existsSync(path)) throw usage(`there is no file ${name}`, fileHint(path, options));
    if (statSync(path).isDirectory()) throw usage(`${name} is a folder`, 'name a file in it');
    return path;
  }
  const folder = catalogueFolder(options);
  if (folder === undefined) {
    throw usage(`there is no runbook "${name}": no folder ${folderName} here or above`, 'give a path, or --catalogue FOLDER');
  }
  const files = runbookFiles(folder);
  const byId = files.find((file) => idOfFile(file) === name);
  if (byId !== undefined) return byId;
  const byAlert = files.filter((file) => answersAlert(readTextIfThere(file), name));
  if (byAlert.length === 1 && byAlert[0] !== undefined) return byAlert[0];
  if (byAlert.length > 1)
    throw usage(
      `several runbooks answer the alert ${name}: ${byAlert.map(idOfFile).join(', ')}`,
      'name one of them instead of the alert',
    );
  const near = nearest(name, files.map(idOfFile));
  throw usage(
    `there is no runbook "${name}" in ${relative(options.directory, folder) || '.'}`,
    near === undefined ? '`runbook list` shows all' : `did you mean ${near}?`,
  );
}

/** The runbook of that name in the catalogue, a name that is nearly the same in that folder, or where to look. */
function fileHint(path: string, options: CatalogueOptions): string {
  const { directory } = options;
  const catalogue = catalogueFolder(options);
  const meant = catalogue === undefined ? undefined : runbookFiles(catalogue).find((file) => idOfFile(file) === idOfFile(path));
  if (meant !== undefined) return `did you mean ${relative(directory, meant)}? Its id alone is enough: ${idOfFile(meant)}`;
  const folder = dirname(path);
  if (!existsSync(folder))
    return `there is no folder ${relative(directory, folder) || '.'} either; \`runbook list\` shows the runbooks`;
  const near = nearest(basename(path), readdirSync(folder));
  return near === undefined ? '`runbook list` shows the runbooks' : `did you mean ${relative(directory, join(folder, near))}?`;
}

/** Without a parser: `alert: NAME` among the triggers. Steps that read the state of an alert name it too. */
function answersAlert(text: string, alert: string): boolean {
  const triggers = /^triggers:.*\n(?:[ \t#-].*\n|\n)*/m.exec(`${text}\n`)?.[0] ?? '';
  return new RegExp(`\\balert:\\s*["']?${alert.replace(/[^A-Za-z0-9_]/g, '\\$&')}["']?\\s*[,}\\n]`).test(triggers);
}
