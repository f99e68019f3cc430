/** Any user of the host can write to an approval door: a line is a message of the protocol, or nothing at all. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromEngine, fromViewer } from './incoming.ts';

const hello = { is: 'hello', v: 2, run: 'r', mode: 'approve', actor: { name: 'ana', auth: 'claimed' } };
const answer = { is: 'answer', question: 'q', verdict: 'yes', shown: 'abc' };

describe('a line of a viewer', () => {
  it('keeps what the protocol names, and nothing else', () => {
    const actor = { name: 'ana', auth: 'uid', uid: 0, host: 'h', shared: true, account: 'root' };
    expect(fromViewer({ ...hello, actor })).toEqual({ ...hello, actor: { name: 'ana', auth: 'uid' } });
    const value = { json: { a: 1 }, secret: { '/a': 'pw' }, ref: { sha: 'x' } };
    const by = { name: 'ana', auth: 'uid', uid: 1001 };
    expect(fromViewer({ is: 'do', id: '1', act: { ...answer, value, by } })).toEqual({
      is: 'do',
      id: '1',
      act: { ...answer, value: { json: { a: 1 } } },
    });
  });

  it.each([
    null,
    5,
    'hello',
    [],
    {},
    { is: 'proven' },
    { ...hello, actor: null },
    { ...hello, actor: { name: { toString: 'x' }, auth: 'uid' } },
    { ...hello, actor: { name: 'ana', auth: 'uid', kind: 'robot' } },
    { ...hello, actor: { name: 'ana', auth: 'uid', kind: ['person'] } },
    { ...hello, actor: { name: 'ana', auth: 'uid', onBehalfOf: 7 } },
    { ...hello, actor: { name: 'a'.repeat(201), auth: 'uid' } },
    { is: 'do', id: '1' },
    { is: 'do', id: 1, act: answer },
    { is: 'do', id: '1', act: null },
    { is: 'do', id: '1', act: { ...answer, question: '__proto__' } },
    { is: 'do', id: '1', act: { ...answer, value: 'yes' } },
    { is: 'do', id: '1', act: { is: 'control' } },
    { is: 'do', id: '1', act: { is: 'control', control: { is: 'skip', key: 'constructor', reason: 'r' } } },
    { is: 'do', id: '1', act: { is: 'control', control: { is: 'extend', key: 'a', by: '1', reason: 'r' } } },
    { is: 'do', id: '1', act: { is: 'control', control: { is: 'abort' } } },
  ])('%j is none', (line) => {
    expect(fromViewer(line)).toBeUndefined();
  });

  it('never throws, whatever it is', () => {
    const is = fc.constantFrom('hello', 'do', 'proved', 'questions', 'challenge');
    const line = fc.oneof(fc.anything(), fc.record({ is, act: fc.anything(), actor: fc.anything(), open: fc.anything() }));
    fc.assert(
      fc.property(line, (one) => {
        fromViewer(one);
        fromEngine(one);
      }),
    );
  });
});

it('a line from behind a door is questions only when each of them can be shown', () => {
  const asked = { id: 'q', key: 'move', shown: 'abc', show: { title: 'Move' } };
  const questions = { is: 'questions', runbook: 'one', open: [asked] };
  expect(fromEngine(questions)).toEqual(questions);
  for (const open of [null, 'x', [null], [{ ...asked, show: 1 }], [{ ...asked, from: 'ana' }]])
    expect(fromEngine({ ...questions, open })).toBeUndefined();
});
