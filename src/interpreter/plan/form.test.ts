import { describe, expect, it } from 'vitest';
import type { Json } from '../core/model/value.ts';
import { fieldText, fieldWords, formOf, typeForm, typeFormText } from './form.ts';

const count = { count: { type: 'integer', min: 1, max: 5 } };
const of = (declared: Json, given: Json): Json => {
  const typed = typeForm({ it: declared }, { it: given });
  return typed.ok ? ((typed.value.json as Readonly<Record<string, Json>>)['it'] ?? null) : typed.why;
};

describe('a field of a form', () => {
  it.each<[Json, Json, Json]>([
    [count.count, '3', 3],
    [count.count, '03', 3],
    [count.count, 3, 3],
    [count.count, '0', 'field "it": is below the minimum 1'],
    [count.count, '6', 'field "it": is above the maximum 5'],
    [count.count, 'abc', 'field "it": must be an integer'],
    [count.count, '', 'field "it": must be an integer'],
    [count.count, '2.5', 'field "it": must be an integer'],
    [{ type: 'integer' }, '9007199254740993', '9007199254740993'],
    [{ type: 'number' }, '-9223372036854775808', '-9223372036854775808'],
    [{ type: 'integer' }, '9223372036854775808', 'field "it": must be an integer of at most 64 bits'],
    [{ type: 'integer' }, '1e17', 'field "it": must be an integer (write all of its digits)'],
    [{ type: 'integer', max: 9007199254740991 }, '9007199254740993', 'field "it": is above the maximum 9007199254740991'],
    [count.count, null, 'field "it" is required (for example 3)'],
    [{ type: 'string', enum: ['eu', 'us'] }, 'us', 'us'],
    [{ type: 'string', enum: ['eu', 'us'] }, 'mars', 'field "it": is not one of the allowed values (eu, us)'],
    [{ type: 'string', pattern: '^INC-[0-9]+$' }, 'INC-7', 'INC-7'],
    [{ type: 'string', pattern: '^INC-[0-9]+$' }, 'incident 7', 'field "it": does not match ^INC-[0-9]+$'],
    [{ type: 'boolean' }, 'true', true],
    [{ type: 'boolean' }, 'maybe', 'field "it": must be true or false'],
    [{ type: 'duration' }, '90s', '1m30s'],
    [{ type: 'list', of: 'integer' }, '1,2', [1, 2]],
    [{ type: 'text' }, 'two\nlines', 'two\nlines'],
  ])('declared as %j makes of %j: %j', (declared, given, expected) => {
    expect(of(declared, given)).toEqual(expected);
  });

  it('of the type duration refuses words', () => {
    expect(of({ type: 'duration' }, 'soon')).toMatch(/^field "it": must be a duration/);
  });

  it('takes its default for an empty line, and only then', () => {
    const fields = { count: { ...count.count, default: 3 } };
    expect(fieldText(fields, 'count', '')).toBe('3');
    expect(fieldText(fields, 'count', '4')).toBe('4');
    expect(typeForm(fields, {})).toEqual({ ok: true, value: { json: { count: 3 } } });
  });

  it('keeps an integer that a double cannot hold as its digits, and says where', () => {
    const fields = { ids: { type: 'list', of: 'integer' }, 'a/b': { type: 'integer' } };
    expect(typeForm(fields, { ids: '1,9007199254740993', 'a/b': '9007199254740993' })).toEqual({
      ok: true,
      value: { json: { ids: [1, '9007199254740993'], 'a/b': '9007199254740993' }, int64: ['/ids/1', '/a~1b'] },
    });
  });

  it('is described by what it takes', () => {
    expect(fieldWords({ count: { ...count.count, default: 3 } }, 'count')).toBe('count: integer 1 to 5 [3]');
    expect(fieldWords({ a: { type: 'string', enum: ['eu', 'us'], description: 'region' } }, 'a')).toBe(
      'a (region): one of eu, us',
    );
    expect(fieldWords({ a: { type: 'text' } }, 'a')).toBe('a');
    expect(fieldWords({ a: { type: 'string', pattern: '^x$', max: 8 } }, 'a')).toBe('a: at most 8 characters like ^x$');
  });
});

describe('a form', () => {
  it('refuses fields that it does not have and names those that are missing', () => {
    expect(typeForm({ ...count, level: { type: 'string' } }, { count: '3', levle: 'low' })).toEqual({
      ok: false,
      why: 'unknown field "levle" (did you mean "level"?); field "level" is required (for example ...)',
    });
    expect(typeForm(count, 'three')).toEqual({ ok: false, why: 'the answer must be a value for each of: count' });
    expect(typeForm(count, undefined)).toMatchObject({ ok: false });
  });

  it('is one text for its only field, or JSON of all', () => {
    expect(formOf(count, '3')).toEqual({ count: '3' });
    expect(formOf(count, '{"count":"3"}')).toEqual({ count: '3' });
    expect(formOf(count, '{"cuont":"3"}')).toEqual({ cuont: '3' });
    expect(formOf(count, '{"count": 9007199254740993}')).toEqual({ count: '9007199254740993' });
    expect(formOf({ text: { type: 'text' } }, '{"error": "as it was logged"}')).toEqual({
      text: '{"error": "as it was logged"}',
    });
  });

  it('refuses a field that is given twice, unless the text itself was asked for', () => {
    expect(typeFormText(count, '{"count": 3, "count": 4}')).toEqual({ ok: false, why: '"count" is given twice' });
    expect(typeFormText(count, '{"count": 3}')).toMatchObject({ ok: true });
    expect(typeFormText({ a: { type: 'text' } }, '{"x": [{"y": 1}, {"y": 2, "y": 3}]}')).toMatchObject({ ok: true });
    const two = { a: { type: 'text' }, b: { type: 'text' } };
    expect(typeFormText(two, '{"a": "{\\"b\\": 1}", "b": "b\\": ", "\\u0061": "2"}')).toEqual({
      ok: false,
      why: '"a" is given twice',
    });
  });
});
