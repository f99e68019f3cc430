/** Reading only parts of a text finds what reading all of it finds. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createRedactor } from './redact.ts';
import { createForms, regionsOf } from './regions.ts';
import { formsOf } from './secret-forms.ts';

const secrets = ['hunter2/Secret+value', 'a&b%c"d\'e <f> 1234', 'first line of it\nsecond line of it', '904120045518'];
const redactor = createRedactor();
for (const secret of secrets) redactor.add('pw', secret);

/** An operating system command without an end: it may hide all that follows, so nothing before it is left out. */
const endless = '\u001b]0;a title that is never closed';

const spelled = secrets.flatMap((secret) => [
  secret,
  encodeURIComponent(secret),
  encodeURIComponent(encodeURIComponent(secret)),
  JSON.stringify(JSON.stringify(secret)),
  Buffer.from(secret).toString('base64'),
  Buffer.from(secret).toString('hex').toUpperCase(),
  [...secret].join('\u200b'),
  [...secret].join('\u001b[1m'),
  [...secret].map((one) => `\\u00${one.charCodeAt(0).toString(16).padStart(2, '0')}`).join(''),
]);
const piece = fc.oneof(
  fc.constantFrom(...spelled),
  // Parts of a secret, and what looks like one.
  fc.tuple(fc.constantFrom(...spelled), fc.nat(40), fc.nat(40)).map(([text, from, length]) => text.slice(from, from + length)),
  fc.constantFrom(
    '%',
    '\\',
    '&',
    '%4',
    '\\u00',
    '&#x',
    '\u001b',
    '\u001b[31m',
    '\u009b0m',
    'é',
    '—',
    'ش',
    '\n',
    '\r\n',
    '"',
    "'",
    '+',
  ),
  fc.constantFrom('x'.repeat(40), ' and so on '.repeat(20), '\n'.repeat(200), '1, 2, 3, 104, 117, 110, '.repeat(4)),
  fc.string({ maxLength: 12 }),
);

it('whatever stands around it', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
      const text = pieces.join('');
      expect(`${redactor.text(text)}${endless}`).toBe(redactor.text(`${text}${endless}`));
    }),
    { numRuns: 500 },
  );
});

it('ordinary output is not read at all, only its end', () => {
  const forms = createForms();
  for (const secret of secrets) for (const form of formsOf(secret)) forms.add(form);
  const line = '2026-01-31T12:00:00.123Z INFO [worker-3] user 7919 read /orders?id=1&all=yes: 97% of "naïve" — in 12 ms\n';
  const text = Buffer.from(line.repeat(500));
  expect(regionsOf(text, forms, false)).toEqual([]);
  expect(regionsOf(text, forms, true)).toEqual([[expect.any(Number), text.length]]);
  expect(regionsOf(text, forms, true)[0]?.[0]).toBeGreaterThan(text.length - 100);
});
