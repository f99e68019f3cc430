// npm run package [-- --into DIR]: what a stranger installs, without runtime dependencies. Makes runbook-<version>.tgz for npm,
// runbook_<version>_all.deb for Debian and Ubuntu, and the bill of materials that both contain.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { writeDebian } from './debian.mjs';
import { stage } from './stage.mjs';

const { values } = parseArgs({ options: { into: { type: 'string', default: 'build' } } });
const into = resolve(values.into);
const manifest = JSON.parse(readFileSync('package.json', 'utf8'));

execFileSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' });
const work = mkdtempSync(join(tmpdir(), 'runbook-package-'));
process.on('exit', () => rmSync(work, { recursive: true, force: true }));
mkdirSync(into, { recursive: true });

const folder = join(work, 'package');
stage(folder, manifest);
// The staged manifest has no scripts, so nothing of the checkout runs here.
execFileSync('npm', ['pack', '--silent', '--pack-destination', into], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
copyFileSync(join(folder, 'sbom.cdx.json'), join(into, `${manifest.name}-${manifest.version}.cdx.json`));
console.log(join(into, `${manifest.name}-${manifest.version}.tgz`));
console.log(writeDebian({ folder, manifest, work, into }) ?? 'no .deb: dpkg-deb is not installed here');
