/** The form of errors (CONTRIBUTING.md): each says what is wrong in plain words, and its hint what is expected or what to do next. */
import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { root, sourcesOf } from './sources.ts';

interface Constructed {
  /** File and line. */
  readonly at: string;
  readonly message: string;
  readonly hint: string | undefined;
}

const found: readonly Constructed[] = ['cli', 'commands', 'console', 'session', 'catalogue']
  .flatMap((folder) => sourcesOf(`src/${folder}`))
  .flatMap(errorsIn);

/** Calls of `usage` and of the constructor of CommandError, as they are written. */
function errorsIn(file: string): readonly Constructed[] {
  const source = ts.createSourceFile(file, readFileSync(`${root}/${file}`, 'utf8'), ts.ScriptTarget.Latest, true);
  const errors: Constructed[] = [];
  const visit = (node: ts.Node): void => {
    const at = `${file}:${String(source.getLineAndCharacterOfPosition(node.getStart()).line + 1)}`;
    if (ts.isCallExpression(node) && node.expression.getText() === 'usage')
      errors.push({ at, message: node.arguments[0]?.getText() ?? '', hint: node.arguments[1]?.getText() });
    const [given] = ts.isNewExpression(node) && node.expression.getText() === 'CommandError' ? (node.arguments ?? []) : [];
    if (given !== undefined && ts.isObjectLiteralExpression(given))
      errors.push({ at, message: property(given, 'message') ?? '', hint: property(given, 'hint') });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return errors;
}

/** Also of one that is spread in where it is known, or of a whole problem that was made elsewhere. */
function property(given: ts.ObjectLiteralExpression, name: string): string | undefined {
  return given.properties
    .filter(
      (one) =>
        one.name?.getText() === name ||
        (ts.isSpreadAssignment(one) && (ts.isIdentifier(one.expression) || new RegExp(`\\b${name}\\b`).test(one.getText()))),
    )
    .map((one) => one.getText())[0];
}

describe('an error of the command line', () => {
  it('is made in more than a hundred places', () => {
    expect(found.length).toBeGreaterThan(100);
  });

  it('has a hint', () => {
    expect(found.filter(({ hint }) => hint === undefined || hint === 'undefined').map(({ at }) => at)).toEqual([]);
  });

  it('is neither a sentence with a full stop nor begins with a capital letter', () => {
    const wrong = found.filter(({ message }) => /^(?:message: )?['`][A-Z][a-z]/.test(message) || /[a-z]\.['`]$/.test(message));
    expect(wrong.map(({ at, message }) => `${at} ${message}`)).toEqual([]);
  });

  it('uses no word that has to be guessed', () => {
    const riddles = /(?<!there )\b(?:is|are|was) no (?!longer)|\bgoes on\b|\bstands?\b|\bwas said\b|\bhas gone\b|\bas it is\b/;
    const wrong = found.filter(({ message, hint }) => riddles.test(message) || riddles.test(hint ?? ''));
    expect(wrong.map(({ at, message }) => `${at} ${message}`)).toEqual([]);
  });
});
