// Bundles modules of ours to plain JavaScript and imports them: scripts read manifests and schemas as the program does.
import { build } from 'esbuild';
import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

let count = 0;

/** `contents`: an entry file in TypeScript, as if it lay at the root of the project. */
export async function load(contents) {
  // Packages are resolved from the project, so the bundle must lie inside it.
  const outfile = resolve('node_modules', `.source-${process.pid}-${(count += 1)}.mjs`);
  await build({
    stdin: { contents, resolveDir: resolve('.'), loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile,
    packages: 'external',
    logLevel: 'error',
  });
  try {
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(outfile);
  }
}
