import { describe, expect, it } from 'vitest';
import { loadRunbook } from './load.ts';
import { readQuickly } from './quick.ts';

const text =
  'apiVersion: runbook/v1\nid: example\ntitle: Störung\nowners: [team]\nsteps:\n  - { id: one, type: shell, argv: ["true"] }\n';
const found = (bytes: Buffer) => {
  expect(readQuickly(bytes.toString('utf8'))).toBeUndefined();
  return loadRunbook(bytes.toString('utf8'), 'example.yaml').diagnostics.map(({ code, line, column, message }) => [
    code,
    line,
    column,
    message,
  ]);
};

describe('files that are not UTF-8', () => {
  it('Latin-1: at the character that is lost', () => {
    expect(found(Buffer.from(text, 'latin1'))).toEqual([['yaml/encoding', 3, 10, 'these bytes are not UTF-8']]);
  });

  it.each([
    ['with a mark', '\ufeff'],
    ['without one', ''],
  ])('UTF-16 %s, of both orders, is named', (_, mark) => {
    const little = Buffer.from(mark + text, 'utf16le');
    for (const bytes of [little, Buffer.from(little).swap16()])
      expect(found(bytes)).toEqual([['yaml/encoding', 1, 1, 'the file is UTF-16']]);
  });

  it('line ends of old Macs', () => {
    expect(found(Buffer.from(text.replaceAll('\n', '\r')))).toMatchObject([
      ['yaml/encoding', 1, 23, 'lines end with a carriage return alone'],
    ]);
  });

  it('UTF-8 is read, with a mark and with CRLF as well', () => {
    for (const good of [text, `\ufeff${text}`, text.replaceAll('\n', '\r\n')])
      expect(loadRunbook(good, 'example.yaml').diagnostics).toEqual([]);
  });
});
