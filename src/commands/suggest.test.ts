import { describe, expect, it } from 'vitest';
import { editDistance, suggest } from './suggest.ts';

describe('did you mean', () => {
  it('offers the nearest name, a swap of neighbours counting once', () => {
    expect(editDistance('ws-desnyc', 'ws-desync')).toBe(1);
    expect(suggest('ws-desnyc', ['kafka-outage', 'ws-desync'])).toBe('ws-desync');
  });

  it('offers nothing when nothing is near', () => {
    expect(suggest('postgres', ['kafka-outage', 'ws-desync'])).toBeUndefined();
  });
});
