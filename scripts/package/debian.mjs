// A .deb of the same folder: /usr/lib/runbook and /usr/bin/runbook. Node itself comes from the distribution or from its makers.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync, writeFileSync, chmodSync } from 'node:fs';
import { join } from 'node:path';

/** Returns the path of the file, or undefined where this machine cannot make one. */
export function writeDebian({ folder, manifest, work, into }) {
  if (!has('dpkg-deb')) return undefined;
  const root = join(work, 'debian');
  const library = join(root, 'usr/lib', manifest.name);
  const documents = join(root, 'usr/share/doc', manifest.name);
  for (const one of [library, documents, join(root, 'usr/bin'), join(root, 'DEBIAN')]) mkdirSync(one, { recursive: true });
  cpSync(folder, library, { recursive: true });
  symlinkSync(`../lib/${manifest.name}/dist/cli.js`, join(root, 'usr/bin', manifest.name));
  cpSync(join(folder, 'LICENSE'), join(documents, 'copyright'));
  writeFileSync(join(root, 'DEBIAN/control'), control(manifest));
  execFileSync('chmod', ['-R', 'u=rwX,go=rX', root]);
  chmodSync(join(library, 'dist/cli.js'), 0o755);
  const file = join(into, `${manifest.name}_${manifest.version}_all.deb`);
  execFileSync('dpkg-deb', ['--root-owner-group', '-Zgzip', '--build', root, file], { stdio: ['ignore', 'ignore', 'inherit'] });
  return file;
}

const control = ({ name, version, description, engines }) => `Package: ${name}
Version: ${version}
Section: admin
Priority: optional
Architecture: all
Depends: nodejs (${engines.node.replace('>=', '>= ')})
Maintainer: the maintainers of ${name}
Description: ${description}
`;

function has(program) {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
