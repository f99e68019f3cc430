// Libraries that not every start needs are files of their own: in the program each is an object whose properties load it at first use.

/** File in dist/lib -> package. */
export const libraries = {
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

export const librariesApart = {
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
