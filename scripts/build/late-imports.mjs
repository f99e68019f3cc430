// What is imported late is a file of its own: drivers, the screen, and all of the program that quick verbs do not need. Code from V8's cache has no
// import() of its own, so the loader (loader.cjs) serves them, and the build fails on an import() that it would not.

export const drivers = ['kafkajs', 'fzstd', 'ioredis', 'pg', 'ws', 'execa', 'nodemailer'];

export const importedLate = {
  name: 'imported-late',
  setup(build) {
    build.onResolve({ filter: /^\.\/program\.ts$/ }, () => ({ path: './program.js', external: true }));
    // Modules that are not ours are imported by the loader too.
    build.onResolve({ filter: /\/import-module\.ts$/ }, () => ({ path: 'import-module', namespace: 'loader' }));
    build.onLoad({ filter: /.*/, namespace: 'loader' }, () => ({
      contents: 'const byLoader = (url) => importModule(url); export { byLoader as importModule };',
    }));
    build.onResolve({ filter: /(?:agents|\.)\/sdk\.ts$/ }, ({ importer }) =>
      importer.includes('/agents/') ? { path: './drivers/mcp-sdk.js', external: true } : undefined,
    );
    build.onResolve({ filter: /ui\/screen\/mount\.tsx$/ }, () => ({ path: './screen.mjs', external: true }));
    build.onResolve({ filter: new RegExp(`^(${drivers.join('|')})$`) }, ({ path }) => ({
      path: `./drivers/${path}.js`,
      external: true,
    }));
  },
};

/** The text of a built file with its late imports given to the loader. */
export function servedByLoader(text, file) {
  const late = /\bimport\((?="\.\/(?:drivers\/|screen\.mjs|program\.js))/g;
  if (!late.test(text)) throw new Error(`${file} imports nothing late: the loader has nothing to serve`);
  const served = text.replaceAll(late, 'importModule(');
  const left = /\bimport\([^)]*\)/.exec(served);
  if (left !== null)
    throw new Error(`${file} has ${left[0]}, which fails in code from a cache: process.getBuiltinModule, or a driver`);
  return served;
}
