/** Whether a program that a step names would be found here, as starting a child finds it. */
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/** Absolute path of the executable, or undefined. A name with a slash is a path, from `directory` when it is relative. */
export function findProgram(name: string, path: string, directory: string): string | undefined {
  const candidates = name.includes('/')
    ? [isAbsolute(name) ? name : join(directory, name)]
    : path.split(delimiter).map((folder) => join(folder === '' ? directory : folder, name));
  return candidates.find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
