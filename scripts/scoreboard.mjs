// `npm run scoreboard`: tries each promise of docs/testing.md and prints what was seen; `npm run soak` tries long.
// Options: --soak, --seed N, --only S1,S4, --write (puts the table into docs/testing.md).
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/** The sources are TypeScript and know their own folder: each keeps it when all become one file. */
const foldersStay = {
  name: 'folders-stay',
  setup(build) {
    build.onLoad({ filter: /\/(test|lab|src)\/.*\.tsx?$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll('import.meta.dirname', JSON.stringify(dirname(path))),
      loader: path.endsWith('x') ? 'tsx' : 'ts',
    }));
  },
};

const folder = mkdtempSync(join('node_modules', '.scoreboard-'));
try {
  const outfile = join(folder, 'main.mjs');
  await build({
    entryPoints: ['test/scoreboard/main.ts'],
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    outfile,
    plugins: [foldersStay],
    logLevel: 'warning',
  });
  const { scoreboard } = await import(pathToFileURL(outfile).href);
  process.exitCode = await scoreboard(process.argv.slice(2));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
