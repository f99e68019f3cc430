// The licence texts of everything whose code is in dist. A package without any text fails the packaging: it may not be passed on.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Published without the text of their licence; the other package has the same licence and the same holder of the copyright. */
const sameTextAs = { 'yoga-layout': 'react' };

export const bundledPackages = () => JSON.parse(readFileSync('dist/bundled.json', 'utf8'));

export function licenceTexts(packages) {
  const parts = packages.map(({ name, version, license, folder }) => {
    const text = textOf(sameTextAs[name] === undefined ? folder : `node_modules/${sameTextAs[name]}`);
    if (text === undefined) throw new Error(`${name} ${version} (${folder}) has no licence text, so it cannot be passed on`);
    return `${'='.repeat(80)}\n${name} ${version}, ${license}\n${'='.repeat(80)}\n\n${text.trim()}\n`;
  });
  return `The program in dist contains code of these packages, under these licences.\n\n${parts.join('\n')}`;
}

function textOf(folder) {
  const files = readdirSync(folder).filter((name) => /^(licen[cs]e|copying|notice)/i.test(name));
  if (files.length > 0) return files.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');
  const readme = join(folder, 'README.md');
  // Some packages have it as the last chapter of their README only.
  return existsSync(readme)
    ? /^#+ +licen[cs]e\s*\n([\s\S]*copyright[\s\S]*)/im.exec(readFileSync(readme, 'utf8'))?.[1]
    : undefined;
}
