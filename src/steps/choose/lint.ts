/** Choices that cannot be made, or that nobody would make. */
import type { Json } from '../../interpreter/core/model/value.ts';
import type { Finding, LintSubject } from '../../interpreter/port/step-type.ts';

/** What the journal says when nobody chose. */
const reserved = new Set(['open', 'expired', 'unanswered']);

export function lint({ params, step }: LintSubject): readonly Finding[] {
  const { options, from, suggest } = params;
  const names = options !== null && typeof options === 'object' ? Object.keys(options) : undefined;
  return [
    ...(names === undefined && from === undefined
      ? [finding('no-options', '', 'there is nothing to choose from', 'write `options:`, or `from:` with a list')]
      : []),
    ...(names !== undefined && from !== undefined
      ? [finding('two-lists', '/from', '`options` and `from` exclude each other', 'keep one of them')]
      : []),
    ...(names ?? [])
      .filter((name) => reserved.has(name))
      .map((name) =>
        finding('reserved-name', `/options/${name}`, `"${name}" is what the record says when nobody chose`, 'take another word'),
      ),
    ...(step['forEach'] === undefined || !hasSteps(options)
      ? []
      : [
          finding(
            'for-each',
            '/forEach',
            'the steps of an option belong to one choice, not to one of each item',
            'put the choice into a group that has the forEach',
          ),
        ]),
    ...suggested(suggest, names),
  ];
}

const finding = (name: string, pointer: string, message: string, hint: string): Finding => ({
  code: `choose/${name}`,
  pointer,
  message,
  hint,
});

const hasSteps = (options: Json | undefined): boolean =>
  options !== null &&
  typeof options === 'object' &&
  Object.values(options).some((one: Json) => one !== null && typeof one === 'object' && 'steps' in one);

/** Texts that a suggestion may come to: alone, or behind `?` and `:`. */
function suggested(suggest: Json | undefined, names: readonly string[] | undefined): readonly Finding[] {
  if (typeof suggest !== 'string' || names === undefined) return [];
  return [...suggest.matchAll(/(?:^|[?:])\s*(["'])([^"']*)\1\s*(?=$|:)/g)].flatMap((match) => {
    const [whole, , name = ''] = match;
    if (names.includes(name)) return [];
    const offset = match.index + whole.indexOf(name);
    return [
      {
        ...finding('suggests-nothing', '/suggest', `there is no option "${name}"`, `options: ${names.join(', ')}`),
        offset,
        length: Math.max(1, name.length),
      },
    ];
  });
}
