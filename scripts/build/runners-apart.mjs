// The quick verbs check and list, they perform nothing: how step types run is part of program.js only.

export const runnersApart = {
  name: 'runners-apart',
  setup(build) {
    build.onResolve({ filter: /\/run\.ts$/ }, ({ importer }) =>
      /[\\/]src[\\/]steps[\\/]/.test(importer) ? { path: 'runner', namespace: 'runners' } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'runners' }, () => ({ contents: "throw new Error('not part of this file');" }));
  },
};
