import { describe, expect, it } from 'vitest';
import type { Json } from '../../core/model/value.ts';
import { parseMessage, parseTemplate, renderTree, toTree } from './template.ts';
import { literalText, templateIn } from './raw.ts';
import { Sealed, Span, openValue } from '../value.ts';

const scope = {
  inputs: { venue: 'all', symbols: ['BTC', 'ETH'], expected: new Span(1_200_000), count: 3, flag: false },
  steps: { book: { value: { seq: 7, levels: [{ price: 1.5 }], 'odd key': 'x' } }, later: { value: null } },
  run: { elapsed: new Span(724_321), startedAt: new Date('2026-01-02T03:04:05.678Z') },
  secrets: { token: new Sealed('secret', 'token') },
  masked: openValue({ json: 'abc***', masked: [''] }),
  evil: '{{inputs.venue}}',
};

const render = (json: Json, message = false): Json => {
  const result = renderTree(toTree(json, { isMessage: () => message }), scope);
  return result.ok
    ? result.json
    : `! ${result.fault.code} ${result.fault.message}${result.fault.hint === undefined ? '' : ` (${result.fault.hint})`}`;
};

describe('templates in steps', () => {
  it('keep the type of a leaf that is one path', () => {
    expect(render({ a: '{{inputs.count}}', b: ['{{inputs.symbols}}'], c: '{{inputs.flag}}', d: '{{inputs.expected}}' })).toEqual({
      a: 3,
      b: [['BTC', 'ETH']],
      c: false,
      d: '20m',
    });
  });

  it('put values into text', () => {
    expect(
      render(
        '/v1/{{inputs.venue}}?seq={{ steps.book.value.seq }}&p={{steps.book.value.levels.0.price}}&o={{steps.book.value.[odd key]}}',
      ),
    ).toBe('/v1/all?seq=7&p=1.5&o=x');
    expect(render('\\{{not a template}} {{inputs.count}}')).toBe('{{not a template}} 3');
  });

  it.each([
    ['\\{{inputs.count}}', '{{inputs.count}}'],
    ['C:\\\\{{inputs.count}}', 'C:\\3'],
    ['C:\\a\\\\{{inputs.count}}\\b', 'C:\\a\\3\\b'],
    ['\\\\\\{{inputs.count}}', '\\\\3'],
    ['{{inputs.count}}\\\\{{inputs.count}}', '3\\3'],
    ['{{inputs.count}}\\{{inputs.count}}', '3{{inputs.count}}'],
    ['a\\b', 'a\\b'],
  ])('read backslashes before braces as messages do: %s', (text, wanted) => {
    expect([render(text), render(text, true)]).toEqual([wanted, wanted]);
  });

  it('are not made of texts that are none; their braces are written with a backslash', () => {
    const tree = toTree("select '\\{{1,2},{3,4}}'::int[]", { isMessage: () => false, isLiteral: () => true });
    expect(tree).toBe("select '{{1,2},{3,4}}'::int[]");
  });

  it('read members of lists and odd keys as conditions do', () => {
    for (const path of [
      'steps.book.value.levels.0.price',
      'steps.book.value.levels[0].price',
      'steps["book"].value.levels[0]["price"]',
    ])
      expect(render(`{{${path}}}`)).toBe(1.5);
    for (const path of ['steps.book.value.[odd key]', 'steps.book.value["odd key"]', "steps.book.value['odd key']"])
      expect(render(`{{${path}}}`)).toBe('x');
    for (const path of ['.a', 'a.', 'a..b', 'a[', 'a[]', 'a[0]b', 'inputs[venue', 'a b'])
      expect(parseTemplate(`{{${path}}}`)).toMatchObject({ ok: false });
  });

  it('leave raw blocks as they are, in steps, messages and texts that are not templates', () => {
    const raw = "{{{{raw}}}}docker inspect -f '{{json .State}}'{{{{/raw}}}} {{inputs.count}}";
    const wanted = "docker inspect -f '{{json .State}}' 3";
    expect([render(raw), render(raw, true)]).toEqual([wanted, wanted]);
    expect(literalText('a \\{{b}} {{{{raw}}}}{{c}}{{{{/raw}}}} d')).toBe('a {{b}} {{c}} d');
    expect(parseTemplate('{{{{raw}}}}{{a}}')).toMatchObject({ ok: false, message: '"{{{{raw}}}}" is never closed' });
    expect([
      templateIn('{{{{raw}}}}{{a}}{{{{/raw}}}}'),
      templateIn('\\{{a}}'),
      templateIn('{{{{raw}}}}x{{{{/raw}}}}{{a}}'),
    ]).toEqual([-1, -1, 24]);
  });

  it('stop at what is missing, with the path and a suggestion (M11)', () => {
    expect(render('/x/{{inputs.venu}}')).toBe('! unknown-name {{inputs.venu}}: inputs has no "venu" (did you mean "venue"?)');
    expect(render('{{steps.later.value}}')).toMatch(/^! nothing \{\{steps\.later\.value\}\} is nothing/);
    expect(render('{{inputs.venue.x}}')).toMatch(/inputs\.venue is text/);
    expect(render('{{inputs.__proto__}}')).not.toEqual({});
  });

  it('refuse lists and maps inside text, masked leaves and secrets', () => {
    expect(render('a {{inputs.symbols}}')).toMatch(/^! not-text .*json/);
    expect(render('{{masked}}')).toMatch(/^! masked-read/);
    expect(render('Bearer {{secrets.token}}')).toMatch(/^! secret-read/);
  });

  it('open a secret only through the door of the caller', () => {
    expect(
      renderTree(toTree('Bearer {{secrets.token}}', { isMessage: () => false }), scope, (name) => `<${name}>`),
    ).toMatchObject({ json: 'Bearer <token>' });
  });

  it('are never applied to results (T13)', () => {
    expect(render('{{evil}}')).toBe('{{inputs.venue}}');
    expect(render('x {{evil}}', true)).toBe('x {{inputs.venue}}');
  });

  it('refuse everything but paths, with the place', () => {
    for (const text of [
      '{{#if a}}x{{/if}}',
      '{{json a}}',
      '{{{a}}}',
      '{{a b}}',
      '{{"x"}}',
      '{{}}',
      '{{a..b}}',
      '{{a',
      '{{constructor}}',
      '{{> p}}',
      '{{.State}}',
    ]) {
      expect(parseTemplate(text).ok, text).toBe(false);
    }
    expect(parseTemplate('ab {{ inputs.venue }}')).toMatchObject({
      paths: [{ path: ['inputs', 'venue'], offset: 6, length: 12 }],
    });
  });
});

describe('messages', () => {
  it('know if, each and three helpers', () => {
    expect(
      render(
        '{{#if inputs.flag}}yes{{else}}no{{/if}} {{#each inputs.symbols as |s|}}{{s}}{{#unless @last}}, {{/unless}}{{/each}}',
        true,
      ),
    ).toBe('no BTC, ETH');
    expect(render('{{#each inputs.symbols}}{{@index}}={{this}};{{/each}}', true)).toBe('0=BTC;1=ETH;');
    expect(render('{{duration run.elapsed}} {{date run.startedAt}} {{json inputs.symbols}}', true)).toBe(
      '12m4s 2026-01-02 03:04:05 UTC ["BTC","ETH"]',
    );
    expect(render('after {{run.elapsed}} of {{inputs.expected}}', true)).toBe('after 12m4s of 20m');
    expect(render('it\'s "{{inputs.venue}}" & more', true)).toBe('it\'s "all" & more');
  });

  it('stop at what is missing', () => {
    expect(render('{{inputs.nope}}', true)).toMatch(/^! unknown-name/);
    expect(render('{{#if inputs.nope}}x{{else}}none{{/if}}', true)).toMatch(/^! unknown-name/);
    expect(render('{{#if inputs.nope.deep}}x{{else}}none{{/if}}', true)).toMatch(/^! unknown-name/);
    expect(render('{{#if steps.book.value.absent}}x{{else}}none{{/if}}', true)).toBe('none');
    expect(render('{{steps.later.value}}, {{duration steps.later.value}} ago', true)).toBe('(not known), (not known) ago');
    expect(render('{{#if steps.later.value}}x{{else}}none{{/if}}', true)).toBe('none');
  });

  it('refuse partials, decorators, unknown helpers, prototypes (T12)', () => {
    for (const text of [
      '{{> x}}',
      '{{#*inline "x"}}{{/inline}}',
      '{{log inputs.venue}}',
      '{{lookup inputs "constructor"}}',
      '{{inputs.constructor}}',
      '{{#with inputs}}{{/with}}',
      '{{json inputs x=1}}',
      '{{"text"}}',
      '{{#if a}}',
      '{{(json a)}}',
    ]) {
      expect(parseMessage(text).ok, text).toBe(false);
    }
  });

  it('list the names they read', () => {
    const parsed = parseMessage('A {{inputs.venue}}\n{{#each inputs.symbols as |s|}}{{s}} {{run.elapsed}}{{/each}}');
    expect(parsed.ok && parsed.paths.map((one) => one.path.join('.'))).toEqual(['inputs.venue', 'inputs.symbols', 'run.elapsed']);
    expect(parsed.ok && parsed.paths[0]?.offset).toBe(4);
  });

  it('end: nested loops are bounded', () => {
    const long = Array.from({ length: 500 }, (_, index) => index);
    const result = renderTree({ $m: '{{#each l}}{{#each ../l}}{{#each ../../l}}x{{/each}}{{/each}}{{/each}}' }, { l: long });
    expect(result).toMatchObject({ ok: false });
  });
});
