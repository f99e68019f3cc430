/** Words for a POSIX shell: what it reads is what was given, byte by byte, whatever it holds but NUL. */
const plain = /^[A-Za-z0-9_./:=@%+,-]+$/;

export const quoteWord = (word: string): string => (plain.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);

/** A command line of these words. A first word like `A=b` would be an assignment, so it is quoted. */
export const quoteWords = (words: readonly string[]): string =>
  words
    .map((word, index) => (index === 0 && word.includes('=') ? `'${word.replaceAll("'", `'\\''`)}'` : quoteWord(word)))
    .join(' ');
