/** Finds runbooks: by path, by id, or by the alert they answer, in the nearest `runbooks.yaml.d` upward. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
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

/** How a runbook is rehearsed stands beside it: `ws-desync.yaml`, `ws-desync.rehearsal.yaml`. */
export const rehearsalFileOf = (runbook: string): string => runbook.replace(/\.ya?ml$/, '.rehearsal.yaml');

export const runbookOfRehearsal = (file: string): string => file.replace(/\.rehearsal\.yaml$/, '.yaml');

export const isRehearsalFile = (path: string): boolean => path.endsWith('.rehearsal.yaml');

/** Every runbook below the folder, sorted, symbolic links not followed. */
export const runbookFiles = (folder: string): readonly string[] => yamlFiles(folder).filter((path) => !isRehearsalFile(path));

/** Runbooks, and how they are rehearsed. */
export function yamlFiles(folder: string): readonly string[] {
  const found: string[] = [];
  const visit = (at: string): void => {
    for (const entry of readdirSync(at, { withFileTypes: true })) {
      const path = join(at, entry.name);
      if (entry.isDirectory()) visit(path);
      else if (entry.isFile() && /\.ya?ml$/.test(entry.name)) found.push(path);
    }
  };
  visit(folder);
  return found.sort();
}

export const idOfFile = (path: string): string => basename(path).replace(/\.ya?ml$/, '');

const looksLikePath = (text: string): boolean => text.includes('/') || /\.ya?ml$/.test(text);

/** Path of the runbook that `name` means: a path, an id, or the name of an alert. Throws a usage error with "did you mean". */
export function findRunbook(name: string, options: CatalogueOptions): string {
  if (looksLikePath(name)) {
    const path = isAbsolute(name) ? name : resolve(options.directory, name);
    if (!existsSync(path) || !statSync(path).isFile()) throw usage(`there is no file ${name}`);
    return path;
  }
  const folder = catalogueFolder(options);
  if (folder === undefined) {
    throw usage(`there is no runbook "${name}": no folder ${folderName} here or above`, 'give a path, or --catalogue FOLDER');
  }
  const files = runbookFiles(folder);
  const byId = files.find((file) => idOfFile(file) === name);
  if (byId !== undefined) return byId;
  const byAlert = files.filter((file) => answersAlert(readFileSync(file, 'utf8'), name));
  if (byAlert.length === 1 && byAlert[0] !== undefined) return byAlert[0];
  if (byAlert.length > 1) throw usage(`several runbooks answer the alert ${name}: ${byAlert.map(idOfFile).join(', ')}`);
  const near = nearest(name, files.map(idOfFile));
  throw usage(
    `there is no runbook "${name}" in ${relative(options.directory, folder) || '.'}`,
    near === undefined ? '`runbook list` shows all' : `did you mean ${near}?`,
  );
}

/** Cheap text test before any parsing: `alert: NAME` in the document. */
function answersAlert(text: string, alert: string): boolean {
  return new RegExp(`\\balert:\\s*["']?${alert.replace(/[^A-Za-z0-9_]/g, '\\$&')}["']?\\s*[,}\\n]`).test(text);
}
