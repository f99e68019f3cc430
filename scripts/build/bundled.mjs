// esbuild, and a note of each package whose code has become part of dist: licence texts and the bill of materials are made from it.
import { build } from 'esbuild';
import { readFileSync, writeFileSync } from 'node:fs';

const folders = new Set(['node_modules/libpg-query']);

export async function bundle(options) {
  const { metafile } = await build({ ...options, metafile: true });
  for (const file of Object.keys(metafile.inputs)) {
    const folder = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0];
    if (folder !== undefined) folders.add(folder);
  }
}

export function writeBundled(path) {
  const packages = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
    return { name, version, license, folder };
  });
  writeFileSync(path, `${JSON.stringify(packages, null, 2)}\n`);
}
