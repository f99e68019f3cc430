// Builds dist/: a small loader with a code cache, the program in one file, its large libraries apart, the screen apart (Ink needs
// ECMAScript modules), each driver apart, and the lab's processes. So `lint` loads neither Ink nor drivers, a file without
// conditions loads no expression parser, and a warm start compiles nothing.
import { build } from 'esbuild';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { writeValidators } from './build/validators.mjs';

await writeValidators();

const version = JSON.parse(readFileSync('package.json', 'utf8')).version;
const drivers = ['kafkajs', 'ioredis', 'pg', 'ws', 'execa', 'nodemailer'];
/** Libraries of the program that not every start needs: file in dist/lib -> package. Loaded at the first use of one of their names. */
const libraries = {
  ajv: 'ajv',
  cel: '@marcbachmann/cel-js',
  commander: 'commander',
  // As CommonJS: V8 reads the state of its parser twice as fast as that of its ECMAScript module, which is put together by spreads.
  'js-yaml': 'js-yaml',
  handlebars: 'handlebars/dist/cjs/handlebars/compiler/base.js',
  'pg-query': 'libpg-query',
  promql: '@prometheus-io/lezer-promql',
  re2js: 're2js',
  yaml: 'yaml',
};
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

/** Folders of the packages whose code has become part of a file in dist: what the licence texts and the bill of materials are made from. */
const bundled = new Set(['node_modules/libpg-query']);
async function bundle(options) {
  const { metafile } = await build({ ...options, metafile: true });
  for (const file of Object.keys(metafile.inputs)) {
    const folder = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0];
    if (folder !== undefined) bundled.add(folder);
  }
}

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

/** What is large and rarely needed stays in files of its own; so does all of the program that quick verbs do not need. */
const apart = {
  name: 'apart',
  setup(build) {
    build.onResolve({ filter: /^\.\/program\.ts$/ }, () => ({ path: './program.js', external: true }));
    // Modules that are not ours are imported by the loader, which has an import() of its own.
    build.onResolve({ filter: /\/import-module\.ts$/ }, () => ({ path: 'import-module', namespace: 'loader' }));
    build.onLoad({ filter: /.*/, namespace: 'loader' }, () => ({
      contents: 'const byLoader = (url) => importModule(url); export { byLoader as importModule };',
    }));
    build.onResolve({ filter: /ui\/screen\/mount\.tsx$/ }, () => ({ path: './screen.mjs', external: true }));
    build.onResolve({ filter: new RegExp(`^(${drivers.join('|')})$`) }, ({ path }) => ({
      path: `./drivers/${path}.js`,
      external: true,
    }));
  },
};

/** Quick verbs check and list, they perform nothing: how step types run is part of the other file only. */
const withoutRunners = {
  name: 'without-runners',
  setup(build) {
    build.onResolve({ filter: /\/run\.ts$/ }, ({ importer }) =>
      /[\\/]src[\\/]steps[\\/]/.test(importer) ? { path: 'runner', namespace: 'runners' } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'runners' }, () => ({ contents: "throw new Error('not part of this file');" }));
  },
};

/** A library stands in the program as an object whose properties load it. */
const librariesApart = {
  name: 'libraries-apart',
  setup(build) {
    const byPackage = new Map(Object.entries(libraries).map(([file, name]) => [name, file]));
    build.onResolve({ filter: /^[@a-z]/ }, ({ path }) => {
      const file = byPackage.get(path);
      return file === undefined ? undefined : { path: file, namespace: 'library' };
    });
    build.onLoad({ filter: /.*/, namespace: 'library' }, async ({ path }) => {
      const loaded = await import(libraries[path]);
      const names = Object.keys('module.exports' in loaded || 'default' in loaded ? { ...loaded.default, ...loaded } : loaded);
      return {
        contents: `let loaded;
          for (const name of ${JSON.stringify(names.filter((name) => !/^(default|module\.exports|__esModule)$/.test(name)))})
            Object.defineProperty(exports, name, {
              enumerable: true,
              get: () => (loaded ??= loadApart('lib/${path}.js', 'lib-${path}'))[name],
            });`,
      };
    });
  },
};

/** What libraries do at their start or at each word and this program has no use for; a library that changed there fails the build. */
const trims = [
  // The environment is asked at each token.
  { file: /yaml\/dist\/parse\/parser\.js$/, from: 'node_process.env.LOG_TOKENS', to: 'false' },
  // A queue that was never throttled waits until a time before 1970, of which Node 24 warns on the operator's terminal.
  {
    file: /kafkajs\/src\/network\/requestQueue\/index\.js$/,
    from: 'this.throttledUntil - Date.now()',
    to: 'Math.max(0, this.throttledUntil - Date.now())',
  },
  // Only the parser is used, evaluation is ours: no operators on types.
  { file: /cel-js\/lib\/evaluator\.js$/, from: 'registerOverloads(globalRegistry)\n', to: '' },
  // Queries are checked, not coloured.
  { file: /lezer-promql\/dist\/index\.(?:c|es\.)js$/, from: /\bpropSources: \[\w+\],?/, to: '' },
];
const trimmed = {
  name: 'trimmed',
  setup(build) {
    build.onResolve({ filter: /^@lezer\/highlight$/ }, ({ path }) => ({ path, namespace: 'colours' }));
    build.onLoad({ filter: /.*/, namespace: 'colours' }, () => ({
      contents: 'const tag = new Proxy(() => tag, { get: () => tag }); exports.tags = tag; exports.styleTags = () => undefined;',
    }));
    for (const { file, from, to } of trims)
      build.onLoad({ filter: file }, ({ path }) => {
        const text = readFileSync(path, 'utf8');
        const contents = text.replace(from, to);
        if (contents === text) throw new Error(`${path} has no ${String(from)} any more`);
        return { contents };
      });
  },
};

/** What the loader runs evaluates to this function; ASCII only, because the loader reads it as such. */
const wrapper = {
  banner: { js: '(function (exports, require, module, __filename, __dirname, importModule, loadApart) {' },
  footer: { js: '})' },
};

/** Escapes what esbuild leaves as it is: characters in regular expressions. */
const ascii = (text) =>
  text.replace(/[\u0080-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

// Built beside and swapped in, so that a program started meanwhile finds the old files or the new ones.
const next = `.dist-${process.pid}`;
const out = (name) => `${next}/${name}`;
process.on('exit', () => rmSync(next, { recursive: true, force: true }));
mkdirSync(out('drivers'), { recursive: true });
mkdirSync(out('lib'), { recursive: true });
writeFileSync(out('package.json'), '{ "type": "commonjs" }\n');
copyFileSync('scripts/loader.cjs', out('cli.js'));
chmodSync(out('cli.js'), 0o755);
for (const [file, entry, plugins] of [
  ['main.js', 'src/cli/cli.ts', [withoutRunners]],
  ['program.js', 'src/cli/program.ts', []],
]) {
  await bundle({
    ...common,
    format: 'cjs',
    // Names stay as they are: stacks are readable, and no function pays a call for its name whenever it is made.
    keepNames: false,
    minify: false,
    minifySyntax: true,
    minifyWhitespace: true,
    entryPoints: [entry],
    outfile: out(file),
    plugins: [apart, librariesApart, ...plugins],
    define: { ...define, 'import.meta.url': '__moduleUrl' },
    banner: { js: `${wrapper.banner.js}const __moduleUrl = 'file://' + encodeURI(__filename);` },
    footer: wrapper.footer,
  });
  const program = ascii(readFileSync(out(file), 'utf8'));
  const late = /\bimport\((?="\.\/(?:drivers\/|screen\.mjs|program\.js))/g;
  if (!late.test(program)) throw new Error(`${file} imports nothing late: the loader has nothing to serve`);
  const served = program.replaceAll(late, 'importModule(');
  const left = /\bimport\([^)]*\)/.exec(served);
  if (left !== null)
    throw new Error(`${file} has ${left[0]}, which fails in code from a cache: process.getBuiltinModule, or a driver`);
  writeFileSync(out(file), served);
}
for (const [file, name] of [
  ...Object.entries(libraries).map(([library, name]) => [`lib/${library}.js`, name]),
  ...drivers.map((driver) => [`drivers/${driver}.js`, driver]),
]) {
  await bundle({
    ...common,
    ...wrapper,
    format: 'cjs',
    // Names of functions cost a call each at the start, and nobody reads a stack inside a library.
    keepNames: false,
    plugins: [trimmed],
    stdin: { contents: `module.exports = require(${JSON.stringify(name)})`, resolveDir: '.' },
    outfile: out(file),
    define,
  });
  writeFileSync(out(file), ascii(readFileSync(out(file), 'utf8')));
}
// To what the loader runs, this folder is its own: the grammar of PostgreSQL is looked for here.
copyFileSync('node_modules/libpg-query/wasm/libpg-query.wasm', out('libpg-query.wasm'));
// For authors of step types: they import it in their tests, see docs/outside-step-types.md.
await bundle({
  ...common,
  format: 'esm',
  minify: false,
  banner: { js: modules },
  entryPoints: ['src/interpreter/packages/contract-kit.ts'],
  outfile: out('contract-kit.mjs'),
});
await bundle({
  ...common,
  format: 'esm',
  entryPoints: { screen: 'src/ui/screen/mount.tsx' },
  outdir: next,
  outExtension: { '.js': '.mjs' },
  plugins: [withoutDeveloperTools],
  define,
  banner: { js: modules },
});
const lab = { lab: 'lab/main.ts', 'lab-services': 'lab/services/main.ts' };
const present = Object.fromEntries(Object.entries(lab).filter(([, file]) => existsSync(file)));
if (Object.keys(present).length > 0) {
  await bundle({
    ...common,
    format: 'cjs',
    entryPoints: present,
    outdir: next,
    plugins: [trimmed],
    define: { ...define, 'import.meta.url': '__moduleUrl', 'import.meta.dirname': '__dirname' },
    banner: { js: "const __moduleUrl = require('node:url').pathToFileURL(__filename).href;" },
  });
}
writeFileSync(
  out('bundled.json'),
  `${JSON.stringify(
    [...bundled].sort().map((folder) => {
      const { name, version: its, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
      return { name, version: its, license, folder };
    }),
    null,
    2,
  )}\n`,
);
// The same files again are left alone: the code cache stays warm, and nobody is disturbed.
const filesOf = (folder) => readdirSync(folder, { recursive: true }).filter((name) => statSync(`${folder}/${name}`).isFile());
const same = (name) => existsSync(`dist/${name}`) && readFileSync(`dist/${name}`).equals(readFileSync(out(name)));
const made = filesOf(next);
if (existsSync('dist') && filesOf('dist').length === made.length && made.every(same)) process.exit(0);
const former = `.dist-former-${process.pid}`;
if (existsSync('dist')) renameSync('dist', former);
renameSync(next, 'dist');
rmSync(former, { recursive: true, force: true });
