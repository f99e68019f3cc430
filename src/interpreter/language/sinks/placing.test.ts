import { describe, expect, it } from 'vitest';
import { Failure } from '../cel/failure.ts';
import type { Piece } from './piece.ts';
import { placingOf } from './placing.ts';

/** `<...>` is a value of somebody else. */
function placed(kind: 'url' | 'path' | 'pattern', text: string): string {
  const pieces = text
    .split(/(<[^>]*>)/)
    .filter((one) => one !== '')
    .map((one): Piece => ({ text: one.replace(/^<|>$/g, ''), isFree: one.startsWith('<') }));
  try {
    return placingOf(kind)?.(pieces) ?? '';
  } catch (thrown) {
    if (thrown instanceof Failure) return `refused: ${thrown.fault.code}`;
    throw thrown;
  }
}

describe('a value in an address', () => {
  it.each([
    ['/users/<ana>/orders', '/users/ana/orders'],
    ['/users/<a/b>/orders', '/users/a%2Fb/orders'],
    ['/users/<a?b=c&d=e#f>', '/users/a%3Fb%3Dc%26d%3De%23f'],
    ['/users/<a\\b%2e>', '/users/a%5Cb%252e'],
    ['/users?name=<a&b=c d>', '/users?name=a%26b%3Dc%20d'],
    ['/users?next=<../x>', '/users?next=..%2Fx'],
    ['</operations/7?x>', 'operations/7%3Fx'],
    ['/users/<../../admin>', '/users/..%2F..%2Fadmin'],
  ])('%s is sent as %s', (text, sent) => {
    expect(placed('url', text)).toBe(sent);
  });

  it.each([
    '/users/<..>/orders',
    '/users/<.>',
    '/users/<>/orders',
    '/users/.<.>/x',
    '/users/<.><.>',
    '<../admin>',
    '<a//b>',
    '<http://evil/x>',
  ])('%s is refused', (text) => {
    expect(placed('url', text)).toMatch(/^refused: (?:dot|empty)-segment$/);
  });
});

describe('a value in a path', () => {
  it.each([
    ['conf/<a/b.yaml>', 'conf/a/b.yaml'],
    ['<a.yaml>', 'a.yaml'],
    ['../shared/<a>', '../shared/a'],
  ])('%s is %s', (text, path) => {
    expect(placed('path', text)).toBe(path);
  });

  it.each(['</etc/passwd>', '<~/.ssh/id>', '<../x>', 'conf/<a/../../x>', 'conf/.<.>/x', 'conf/<.><.>/x', 'conf/<a\0b>'])(
    '%s is refused',
    (text) => {
      expect(placed('path', text)).toMatch(/^refused: /);
    },
  );
});

describe('a value in a message', () => {
  /** `{...}` is a value of somebody else. */
  const said = (text: string): string | undefined =>
    placingOf('message')?.(
      text
        .split(/(\{[^}]*\})/)
        .filter((one) => one !== '')
        .map((one): Piece => ({ text: one.replace(/^\{|\}$/g, ''), isFree: one.startsWith('{') })),
    );
  it.each([
    ['{<!subteam^S1> and <@U1>} <@U2>', '< !subteam^S1> and < @U1> <@U2>'],
    ['{<}{@U1>}', '< @U1>'],
    ['<{@U1}>', '< @U1>'],
    ['{<#C1|general> <@&7>}', '< #C1|general> < @&7>'],
    ['a caller of the author: <@{U1}>', 'a caller of the author: <@U1>'],
    ['<@{U1> <!subteam^S1}>', '<@U1> < !subteam^S1>'],
    ['{a < b, x <y>, a@b.c}', 'a < b, x <y>, a@b.c'],
  ])('%s is sent as %s', (text, sent) => {
    expect(said(text)).toBe(sent);
  });
});

describe('a value in a regular expression', () => {
  it.each([
    ['user=<ana> failed', 'user=ana failed'],
    ['user=<.*|x> failed', 'user=\\.\\*\\|x failed'],
    ['[<a-z]>]', '[a\\-z\\]]'],
    ['<gap|lost>', 'gap|lost'],
  ])('%s is looked for as %s', (text, pattern) => {
    expect(placed('pattern', text)).toBe(pattern);
  });
});
