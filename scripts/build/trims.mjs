// Texts of libraries that the build replaces; a library that changed there fails the build.
import { readFileSync } from 'node:fs';

/** What libraries do at their start or at each word and this program has no use for. */
const trims = [
  // The environment is asked at each token.
  { file: /yaml\/dist\/parse\/parser\.js$/, from: 'node_process.env.LOG_TOKENS', to: 'false' },
  // Only the parser is used, evaluation is ours: no operators on types.
  { file: /cel-js\/lib\/evaluator\.js$/, from: 'registerOverloads(globalRegistry)\n', to: '' },
  // Queries are checked, not coloured.
  { file: /lezer-promql\/dist\/index\.(?:c|es\.)js$/, from: /\bpropSources: \[\w+\],?/, to: '' },
];

/** What is wrong in libraries. */
const mends = [
  // A queue that was never throttled waits until a time before 1970, of which Node 24 warns on the operator's terminal.
  {
    file: /kafkajs\/src\/network\/requestQueue\/index\.js$/,
    from: 'this.throttledUntil - Date.now()',
    to: 'Math.max(0, this.throttledUntil - Date.now())',
  },
];

function replaceTexts(build, changes) {
  for (const { file, from, to } of changes)
    build.onLoad({ filter: file }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      const contents = text.replace(from, to);
      if (contents === text) throw new Error(`${path} has no ${String(from)} any more`);
      return { contents };
    });
}

export const mended = {
  name: 'mended',
  setup(build) {
    replaceTexts(build, mends);
  },
};

export const trimmed = {
  name: 'trimmed',
  setup(build) {
    build.onResolve({ filter: /^@lezer\/highlight$/ }, ({ path }) => ({ path, namespace: 'colours' }));
    build.onLoad({ filter: /.*/, namespace: 'colours' }, () => ({
      contents: 'const tag = new Proxy(() => tag, { get: () => tag }); exports.tags = tag; exports.styleTags = () => undefined;',
    }));
    replaceTexts(build, trims);
  },
};
