// Builds dist/: a small loader with a code cache, the program in one CommonJS file, the screen apart (Ink needs ECMAScript modules),
// each driver apart, and the lab's processes. So `lint` loads neither Ink nor drivers, and a warm start compiles nothing.
import { build } from 'esbuild';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

const version = JSON.parse(readFileSync('package.json', 'utf8')).version;
const drivers = ['kafkajs', 'ioredis', 'pg', 'ws', 'execa'];
const modules =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" +
  " import { fileURLToPath as __fileURLToPath } from 'node:url'; const __filename = __fileURLToPath(import.meta.url);" +
  " import { dirname as __dirnameOf } from 'node:path'; const __dirname = __dirnameOf(__filename);";

const common = {
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  minify: true,
  keepNames: true,
  legalComments: 'none',
  logLevel: 'warning',
};
const define = { 'process.env.NODE_ENV': '"production"', __VERSION__: JSON.stringify(version) };

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

/** What is large and rarely needed stays in files of its own. */
const apart = {
  name: 'apart',
  setup(build) {
    build.onResolve({ filter: /ui\/screen\/open\.tsx$/ }, () => ({ path: './screen.mjs', external: true }));
    build.onResolve({ filter: new RegExp(`^(${drivers.join('|')})$`) }, ({ path }) => ({
      path: `./drivers/${path}.js`,
      external: true,
    }));
  },
};

// Built beside and swapped in, so that a program started meanwhile finds the old files or the new ones.
const next = `.dist-${process.pid}`;
const out = (name) => `${next}/${name}`;
process.on('exit', () => rmSync(next, { recursive: true, force: true }));
mkdirSync(out('drivers'), { recursive: true });
writeFileSync(out('package.json'), '{ "type": "commonjs" }\n');
copyFileSync('scripts/loader.cjs', out('cli.js'));
chmodSync(out('cli.js'), 0o755);
await build({
  ...common,
  format: 'cjs',
  entryPoints: { main: 'src/cli.ts' },
  outdir: next,
  plugins: [apart],
  define: { ...define, 'import.meta.url': '__moduleUrl' },
  banner: { js: "const __moduleUrl = require('node:url').pathToFileURL(__filename).href;" },
});
const imports = /\bimport\((?="\.\/(?:drivers\/|screen\.mjs))/g;
const program = readFileSync(out('main.js'), 'utf8');
if (!imports.test(program))
  throw new Error('the program imports neither drivers nor the screen: the loader has nothing to serve');
writeFileSync(out('main.js'), program.replaceAll(imports, 'importModule('));
for (const driver of drivers) {
  await build({
    ...common,
    format: 'cjs',
    stdin: { contents: `module.exports = require('${driver}')`, resolveDir: '.' },
    outfile: out(`drivers/${driver}.js`),
    define,
  });
}
await build({
  ...common,
  format: 'esm',
  entryPoints: { screen: 'src/ui/screen/open.tsx' },
  outdir: next,
  outExtension: { '.js': '.mjs' },
  plugins: [withoutDeveloperTools],
  define,
  banner: { js: modules },
});
const lab = { lab: 'lab/main.ts', 'lab-services': 'lab/services/main.ts' };
const present = Object.fromEntries(Object.entries(lab).filter(([, file]) => existsSync(file)));
if (Object.keys(present).length > 0) {
  await build({
    ...common,
    format: 'cjs',
    entryPoints: present,
    outdir: next,
    define: { ...define, 'import.meta.url': '__moduleUrl', 'import.meta.dirname': '__dirname' },
    banner: { js: "const __moduleUrl = require('node:url').pathToFileURL(__filename).href;" },
  });
}
const former = `.dist-former-${process.pid}`;
if (existsSync('dist')) renameSync('dist', former);
renameSync(next, 'dist');
rmSync(former, { recursive: true, force: true });
