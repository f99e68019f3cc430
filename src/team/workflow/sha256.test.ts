/** The hash of the sandbox is node's. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sha256 as byNode } from '../../interpreter/plan/hash.ts';
import { hashOf } from './sha256.ts';

it('hashes every text as node does, at every length of a block', () => {
  for (let length = 0; length < 300; length += 1) expect(hashOf('x'.repeat(length))).toBe(byNode('x'.repeat(length)));
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (text) => {
      expect(hashOf(text)).toBe(byNode(text));
    }),
  );
});
