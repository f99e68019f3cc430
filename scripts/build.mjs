// Builds dist/: the command line (code-split, so that lint loads no driver and no Ink), and the lab's processes.
import { build } from 'esbuild';
import { chmodSync, existsSync, readFileSync, rmSync } from 'node:fs';

const version = JSON.parse(readFileSync('package.json', 'utf8')).version;
const banner =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" +
  " import { fileURLToPath as __fileURLToPath } from 'node:url'; const __filename = __fileURLToPath(import.meta.url);" +
  " import { dirname as __dirnameOf } from 'node:path'; const __dirname = __dirnameOf(__filename);";

/** Ink imports this only for its developer tools, which a production build never opens. */
const withoutDeveloperTools = {
  name: 'without-developer-tools',
  setup(build) {
    build.onResolve({ filter: /^react-devtools-core$/ }, () => ({ path: 'react-devtools-core', namespace: 'absent' }));
    build.onLoad({ filter: /.*/, namespace: 'absent' }, () => ({
      contents: 'export default { initialize() {}, connectToDevTools() {} };',
    }));
  },
};

const common = {
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  format: 'esm',
  define: { 'process.env.NODE_ENV': '"production"', __VERSION__: JSON.stringify(version) },
  legalComments: 'none',
  logLevel: 'warning',
  plugins: [withoutDeveloperTools],
};

rmSync('dist', { recursive: true, force: true });
await build({
  ...common,
  entryPoints: { cli: 'src/cli.ts' },
  outdir: 'dist',
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  minify: true,
  keepNames: true,
  banner: { js: banner },
});
chmodSync('dist/cli.js', 0o755);
const lab = { lab: 'lab/main.ts', 'lab-services': 'lab/services/main.ts' };
const present = Object.fromEntries(Object.entries(lab).filter(([, file]) => existsSync(file)));
if (Object.keys(present).length > 0) await build({ ...common, entryPoints: present, outdir: 'dist', banner: { js: banner } });
