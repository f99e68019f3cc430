// The folder that is packed: the built program, what it reads at run time, and what a receiver must be told.
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bundledPackages, licenceTexts } from './licences.mjs';
import { billOfMaterials } from './sbom.mjs';

/** What is not TypeScript in the lab's worlds are programs of their own, which stay unchanged; the rest is part of dist/lab.js. */
const contents = [
  'dist',
  'schema',
  'docs',
  'editors',
  'runbooks.yaml.d',
  'lab/README.md',
  'lab/worlds',
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
];

export function stage(folder, manifest) {
  for (const name of contents) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    cpSync(name, join(folder, name), {
      recursive: true,
      filter: (path) => !/__pycache__|[\\/]dist[\\/]bundled\.json$|^lab[\\/].*\.ts$/.test(path),
    });
  }
  const packages = bundledPackages();
  const write = (name, text) => writeFileSync(join(folder, name), text);
  write('package.json', `${JSON.stringify(published(manifest), null, 2)}\n`);
  write('THIRD-PARTY-LICENSES.txt', licenceTexts(packages));
  write('sbom.cdx.json', `${JSON.stringify(billOfMaterials(packages, manifest), null, 2)}\n`);
}

/** The bundle runs without node_modules, so an installation brings nothing else. Name and `private` are as the owner has set them. */
function published({ name, version, description, license, private: kept, type, bin, engines }) {
  return { name, version, description, license, ...(kept === undefined ? {} : { private: kept }), type, bin, engines };
}
