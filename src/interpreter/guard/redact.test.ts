/** No form of a registered secret passes, however the output is cut into pieces. */
import { describe, expect, it } from 'vitest';
import { createRedactor } from './redact.ts';
import { sanitize } from './sanitize.ts';

const secret = `p@ss "w'rd/+%&<x>`;
const inPieces = (redactor: ReturnType<typeof createRedactor>, text: string, cuts: readonly number[]): string => {
  const bytes = Buffer.from(text);
  const stream = redactor.stream();
  const out: Buffer[] = [];
  let from = 0;
  for (const cut of [...cuts, bytes.length]) {
    out.push(Buffer.from(stream.push(bytes.subarray(from, cut))));
    from = cut;
  }
  out.push(stream.end());
  return Buffer.concat(out).toString();
};

describe('redactor', () => {
  const forms: Record<string, string> = {
    raw: secret,
    json: JSON.stringify(secret),
    url: encodeURIComponent(secret),
    base64: Buffer.from(secret).toString('base64'),
    'base64 inside other text': Buffer.from(`user:${secret}`).toString('base64'),
    base64url: Buffer.from(secret).toString('base64url'),
    hex: Buffer.from(secret).toString('hex'),
    shell: `'${secret.replaceAll("'", `'\\''`)}'`,
  };
  it.each(Object.entries(forms))('masks the %s form', (_name, form) => {
    const redactor = createRedactor();
    redactor.add('x', secret);
    const core = form.slice(8, 16);
    expect(redactor.text(`a ${form} b`)).not.toContain(core);
  });

  it('refuses secrets too short to be masked', () => {
    const redactor = createRedactor();
    expect(redactor.add('x', '12345')).toBe(false);
    expect(redactor.text('12345')).toBe('12345');
  });

  it('names the leaves that were masked', () => {
    const redactor = createRedactor();
    redactor.add('x', 'hunter2hunter2');
    expect(redactor.json({ a: ['ok', 'is hunter2hunter2'], 'b/c': 'hunter2hunter2' })).toEqual({
      json: { a: ['ok', 'is ***'], 'b/c': '***' },
      masked: ['/a/1', '/b~1c'],
    });
  });

  it('a secret that arrives in two pieces, cut anywhere, leaves no piece', () => {
    const redactor = createRedactor();
    redactor.add('x', 'hunter2hunter2');
    const text = 'before hunter2hunter2 after';
    for (let cut = 0; cut <= text.length; cut++) expect(inPieces(redactor, text, [cut])).toBe('before *** after');
  });

  it('a secret that begins with another secret, cut anywhere, leaves no rest of the longer one', () => {
    const redactor = createRedactor();
    redactor.add('short', 'hunter2');
    redactor.add('long', 'hunter2-and-more');
    const text = 'x hunter2-and-more y';
    for (let cut = 0; cut <= text.length; cut++) expect(inPieces(redactor, text, [cut])).toBe('x *** y');
  });

  it('a secret of several lines that arrives line by line leaves no line', () => {
    const redactor = createRedactor();
    redactor.add('key', '-----BEGIN-----\nAAAABBBBCCCC\nshort1\n-----END-----\n');
    const text = 'x\n-----BEGIN-----\nAAAABBBBCCCC\nshort1\n-----END-----\ny';
    for (let cut = 0; cut <= text.length; cut++) {
      const out = inPieces(redactor, text, [cut]);
      expect(out).not.toContain('AAAABBBB');
      expect(out).not.toContain('short1');
    }
  });

  it('secrets that overlap leave no rest', () => {
    const redactor = createRedactor();
    redactor.add('a', 'abcdefgh');
    redactor.add('b', 'fghijklmnop');
    expect(redactor.text('x abcdefghijklmnop y')).toBe('x *** y');
  });

  it('masks numbers and keys, and names no key that holds a secret', () => {
    const redactor = createRedactor();
    redactor.add('pin', '1234567890');
    expect(redactor.json({ pin: 1234567890, k: { '1234567890': 1 }, other: 12 })).toEqual({
      json: { pin: '***', k: { '***': 1 }, other: 12 },
      masked: ['/pin', '/k/***'],
    });
  });

  it.each([
    'token=\u001b[01;31m\u001b[Khunter2\u001b[m\u001b[Ksecret',
    'hunter2\u001b]0;title\u0007secret',
    '\u001b]0;hunter2secret\u0007',
  ])('a terminal sequence hides no secret and splits none: %j', (text) => {
    const redactor = createRedactor();
    redactor.add('pw', 'hunter2secret');
    expect(sanitize(redactor.text(text))).not.toContain('hunter2secret');
    expect(redactor.text(text)).not.toContain('hunter2');
  });

  it('a line that is complete is shown although it could be followed by a secret', () => {
    const redactor = createRedactor();
    redactor.add('pw', 'ready-to-go');
    const stream = redactor.stream();
    expect(stream.push(Buffer.from('it is re\n')).toString()).toBe('it is re\n');
    expect(stream.push(Buffer.from('rea')).toString()).toBe('');
    expect(stream.push(Buffer.from('dy-to-go')).toString()).toBe('***');
  });
});

describe('a secret that was cut', () => {
  const redactor = createRedactor();
  redactor.add('password', 'correct-Horse/battery');
  redactor.add('key', 'line one of the key\nline two of the key');

  it.each([
    ['with its end', 'refused: correct-Hors…', 'refused: ***…'],
    ['with its beginning', '…rse/battery was refused', '…*** was refused'],
    ['on both sides', '…-Horse/bat…', '…***…'],
    ['quoted', 'body {\\"p\\":\\"correct-Horse\\/ba…', 'body {\\"p\\":\\"***…'],
    ['in a line of several', '…wo of the key', '…***'],
    ['where the middle of an output is missing', 'p=correct-H\n[…]\nattery.', 'p=***\n[…]\n***.'],
  ])('%s leaves no part', (_, text, masked) => {
    expect(redactor.text(text)).toBe(masked);
  });

  it('is not looked for elsewhere, nor in four letters', () => {
    for (const text of ['correct-Horse', 'the battery … is empty', 'it is corr… or …tery'])
      expect(redactor.text(text)).toBe(text);
  });

  it('is found in time where a text is nothing but cuts', () => {
    expect(redactor.text('correct-H…'.repeat(20_000)) === '***…'.repeat(20_000)).toBe(true);
  });
});

describe('a secret in the words of programs', () => {
  const password = 'hunter2-Secret';
  const account = '12345678901';
  const redactor = createRedactor();
  redactor.add('password', password);
  redactor.add('account', account);
  const bytes = Buffer.from(password);

  it.each([
    ['a buffer as JSON', JSON.stringify(bytes)],
    ['bytes as Go prints them', `[${[...bytes].join(' ')}]`],
    ['bytes as Java prints them', `[${[...bytes].join(', ')}]`],
    ['what PowerShell encodes', Buffer.from(`login ${password}`, 'utf16le').toString('base64')],
    ['a number in groups of four', '1234 5678 901'],
    ['a number with dashes', '1234-5678-901'],
    ['a number as a locale writes it', Number(account).toLocaleString('en')],
  ])('is masked: %s', (_, text) => {
    const masked = redactor.text(`said ${text}.`);
    expect(masked).toContain('***');
    expect(masked).not.toContain(text);
  });

  it('is masked as a list of its bytes, or of its letters', () => {
    const { json, masked } = redactor.json({ bytes: [...bytes], letters: [...password], others: [1, 2, 3, 4, 5, 6] });
    expect(json).toEqual({ bytes: '***', letters: '***', others: [1, 2, 3, 4, 5, 6] });
    expect(masked).toEqual(['/bytes', '/letters']);
  });
});
