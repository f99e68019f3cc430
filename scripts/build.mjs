// Builds dist/: a small loader with a code cache, the program of the quick verbs, the rest of the program, its large libraries, drivers and the
// screen apart (Ink needs ECMAScript modules), and the lab's processes. So `lint` loads neither Ink nor drivers, a file without conditions loads no
// expression parser, and a warm start compiles nothing. What each trick buys, and how to leave it out, is told in the README of scripts/build.
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { bundle, writeBundled } from './build/bundled.mjs';
import { drivers, importedLate, servedByLoader } from './build/late-imports.mjs';
import { libraries, librariesApart } from './build/libraries-apart.mjs';
import { ascii, wrapper } from './build/loader-form.mjs';
import { mended } from './build/mended.mjs';
import { swapIn } from './build/swap.mjs';
import { writeValidators } from './build/validators.mjs';
import { withoutDeveloperTools } from './build/without-developer-tools.mjs';

/** What can be left out: RUNBOOK_BUILD_WITHOUT=libraries-apart. */
const tricks = [librariesApart].filter(({ name }) => name !== process.env.RUNBOOK_BUILD_WITHOUT);

const version = JSON.parse(readFileSync('package.json', 'utf8')).version;
const define = { 'process.env.NODE_ENV': '"production"', __VERSION__: JSON.stringify(version) };
const common = {
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  minify: true,
  keepNames: true,
  legalComments: 'none',
  logLevel: 'warning',
};
/** What files of ours that are ECMAScript modules have of the other kind. */
const modules =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" +
  " import { fileURLToPath as __fileURLToPath } from 'node:url'; const __filename = __fileURLToPath(import.meta.url);" +
  " import { dirname as __dirnameOf } from 'node:path'; const __dirname = __dirnameOf(__filename);";

const next = `.dist-${process.pid}`;
const out = (name) => `${next}/${name}`;
process.on('exit', () => rmSync(next, { recursive: true, force: true }));

function placeLoader() {
  mkdirSync(out('drivers'), { recursive: true });
  mkdirSync(out('lib'), { recursive: true });
  writeFileSync(out('package.json'), '{ "type": "commonjs" }\n');
  copyFileSync('scripts/build/loader.cjs', out('cli.js'));
  chmodSync(out('cli.js'), 0o755);
}

async function buildProgram(file, entry) {
  await bundle({
    ...common,
    format: 'cjs',
    // Names stay unchanged: stacks are readable, and no function pays a call for its name whenever it is made.
    keepNames: false,
    minify: false,
    minifySyntax: true,
    minifyWhitespace: true,
    entryPoints: [entry],
    outfile: out(file),
    plugins: [importedLate, ...tricks],
    define: { ...define, 'import.meta.url': '__moduleUrl' },
    banner: { js: `${wrapper.banner.js}const __moduleUrl = 'file://' + encodeURI(__filename);` },
    footer: wrapper.footer,
  });
  writeFileSync(out(file), servedByLoader(ascii(readFileSync(out(file), 'utf8')), file));
}

async function buildPackage(file, name) {
  await bundle({
    ...common,
    ...wrapper,
    format: 'cjs',
    // Names of functions cost a call each at the start, and nobody reads a stack inside a library.
    keepNames: false,
    plugins: [mended],
    stdin: { contents: `module.exports = require(${JSON.stringify(name)})`, resolveDir: '.' },
    outfile: out(file),
    define,
  });
  writeFileSync(out(file), ascii(readFileSync(out(file), 'utf8')));
}

/** The part of the SDK that agents/sdk.ts names, as a driver. */
const buildAgentsSdk = () => buildPackage('drivers/mcp-sdk.js', './src/agents/sdk.ts');

/** For authors of step types: they import it in their tests, see docs/outside-step-types.md. */
const buildContractKit = () =>
  bundle({
    ...common,
    format: 'esm',
    minify: false,
    banner: { js: modules },
    entryPoints: ['src/interpreter/packages/contract-kit.ts'],
    outfile: out('contract-kit.mjs'),
  });

/** The code of workflows, for the sandbox of a team's workers. Its text names its version, so nothing of the product's own version goes into it. */
const buildTeamWorkflow = () =>
  bundle({
    ...common,
    format: 'cjs',
    platform: 'neutral',
    keepNames: false,
    entryPoints: ['src/team/workflow/index.ts'],
    external: ['@temporalio/workflow'],
    outfile: out('team-workflow.cjs'),
  });

const buildScreen = () =>
  bundle({
    ...common,
    format: 'esm',
    entryPoints: { screen: 'src/ui/screen/mount.tsx' },
    outdir: next,
    outExtension: { '.js': '.mjs' },
    plugins: [withoutDeveloperTools],
    define,
    banner: { js: modules },
  });

/** lab/worlds/NAME/programs/X.ts -> dist/lab/NAME/X.js: what a world starts as child processes. */
function programsOfWorlds() {
  const worlds = readdirSync('lab/worlds', { recursive: true, encoding: 'utf8' });
  const found = worlds.map((path) => /^([^/]+)\/programs\/([^/]+)\.ts$/.exec(path)).filter((match) => match !== null);
  const programs = found.filter(([path]) => !path.endsWith('.test.ts'));
  return Object.fromEntries(programs.map(([path, world, name]) => [`lab/${world}/${name}`, `lab/worlds/${path}`]));
}

async function buildLab() {
  if (!existsSync('lab/main.ts')) return;
  const lab = { lab: 'lab/main.ts', 'lab-services': 'lab/process/main.ts', 'lab-tool': 'lab/tools/client.ts' };
  await bundle({
    ...common,
    format: 'cjs',
    entryPoints: { ...lab, ...programsOfWorlds() },
    outdir: next,
    plugins: [mended],
    define: { ...define, 'import.meta.url': '__moduleUrl', 'import.meta.dirname': '__dirname' },
    banner: { js: "const __moduleUrl = require('node:url').pathToFileURL(__filename).href;" },
  });
}

await writeValidators();
placeLoader();
await buildProgram('main.js', 'src/cli/cli.ts');
await buildProgram('program.js', 'src/cli/program.ts');
for (const [file, name] of Object.entries(libraries)) await buildPackage(`lib/${file}.js`, name);
for (const driver of drivers) await buildPackage(`drivers/${driver}.js`, driver);
await buildAgentsSdk();
// To what the loader runs, this folder is its own: the grammar of PostgreSQL is looked for here.
copyFileSync('node_modules/libpg-query/wasm/libpg-query.wasm', out('libpg-query.wasm'));
await buildContractKit();
await buildScreen();
await buildTeamWorkflow();
await buildLab();
writeBundled(out('bundled.json'));
swapIn(next, 'dist');
