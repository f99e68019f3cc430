// The form of a file that the loader runs: it evaluates to a function, and is ASCII only, because the loader reads it without decoding.

export const wrapper = {
  banner: { js: '(function (exports, require, module, __filename, __dirname, importModule, loadApart) {' },
  footer: { js: '})' },
};

/** Escapes what esbuild leaves unchanged: characters in regular expressions. */
export const ascii = (text) =>
  text.replace(/[\u0080-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
