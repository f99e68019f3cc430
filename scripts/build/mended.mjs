// Texts of libraries that are wrong and that the build replaces; a library that changed there fails the build.
import { readFileSync } from 'node:fs';

const mends = [
  // A queue that was never throttled waits until a time before 1970, of which Node 24 warns on the operator's terminal.
  {
    file: /kafkajs\/src\/network\/requestQueue\/index\.js$/,
    from: 'this.throttledUntil - Date.now()',
    to: 'Math.max(0, this.throttledUntil - Date.now())',
  },
];

export const mended = {
  name: 'mended',
  setup(build) {
    for (const { file, from, to } of mends)
      build.onLoad({ filter: file }, ({ path }) => {
        const text = readFileSync(path, 'utf8');
        const contents = text.replace(from, to);
        if (contents === text) throw new Error(`${path} has no ${from} any more`);
        return { contents };
      });
  },
};
