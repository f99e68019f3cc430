/** What a package says of itself, as data: package.json, step-type.json, README.md, read from the bytes that were hashed. */
import { join } from 'node:path';
import type { Json } from '../core/model/value.ts';
import { sanitize } from '../guard/sanitize.ts';
import type { PackageFiles } from './package-files.ts';
import { PackageError } from './package-files.ts';
import type { OutsideManifest } from './step-type-schema.ts';
import { readManifest } from './step-type-schema.ts';

/** A package that can be named in a configuration. */
export interface StepTypePackage {
  readonly name: string;
  readonly version: string;
  readonly folder: string;
  readonly content: PackageFiles;
  readonly manifest: OutsideManifest;
  readonly readme?: string;
}

/** `content`: all of `folder`. Throws PackageError. */
export function packageOf(folder: string, content: PackageFiles): StepTypePackage {
  const { name, version } = mappingOf(content, 'package.json', folder);
  if (typeof name !== 'string' || typeof version !== 'string')
    throw new PackageError(`${join(folder, 'package.json')} needs a name and a version`);
  const papers = mappingOf(content, 'step-type.json', folder);
  if ([name, version, ...textsIn(papers)].some((text) => sanitize(text) !== text))
    throw new PackageError(`${folder}: package.json or step-type.json has characters that a terminal would obey or hide`);
  const read = readManifest(papers);
  if (!read.ok) throw new PackageError(`${join(folder, 'step-type.json')}: ${read.problems.join('; ')}`);
  if (fileOf(content, read.manifest.module.slice(2)) === undefined)
    throw new PackageError(`${join(folder, 'step-type.json')}: there is no ${read.manifest.module}`);
  const readme = fileOf(content, 'README.md');
  return {
    name,
    version,
    folder,
    content,
    manifest: read.manifest,
    ...(readme === undefined ? {} : { readme: sanitize(readme) }),
  };
}

function fileOf({ files }: PackageFiles, path: string): string | undefined {
  const found = files.find((one) => one.path === path);
  return found === undefined ? undefined : Buffer.from(found.bytes).toString('utf8');
}

function mappingOf(content: PackageFiles, path: string, folder: string): Readonly<Record<string, Json>> {
  const text = fileOf(content, path);
  if (text === undefined) throw new PackageError(`${folder} has no ${path}`);
  try {
    const json = JSON.parse(text) as Json;
    if (json !== null && typeof json === 'object' && !Array.isArray(json)) return json as Readonly<Record<string, Json>>;
  } catch (problem) {
    throw new PackageError(`${join(folder, path)}: ${(problem as Error).message}`);
  }
  throw new PackageError(`${join(folder, path)} is not a mapping`);
}

/** All texts, names of keys too: they end up in pages, schemas and messages. */
function textsIn(json: Json): readonly string[] {
  if (typeof json === 'string') return [json];
  if (json === null || typeof json !== 'object') return [];
  return Object.entries(json).flatMap(([key, one]) => [key, ...textsIn(one)]);
}
