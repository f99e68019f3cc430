import type { Finding, LintSubject } from '../../interpreter/port/step-type.ts';

export function lint({ params }: LintSubject): readonly Finding[] {
  const { read, edit, set } = params;
  if ((read === undefined) === (edit === undefined))
    return [
      {
        code: 'file/one-operation',
        pointer: read === undefined ? '' : '/edit',
        message: read === undefined ? 'file needs read or edit' : 'read and edit exclude each other',
        hint: 'read: PATH, or edit: PATH with set: { key: value }',
      },
    ];
  if (edit !== undefined && set === undefined)
    return [{ code: 'file/nothing-set', pointer: '/edit', message: 'edit does not say what', hint: 'set: { key: value }' }];
  if (read !== undefined && set !== undefined)
    return [
      { code: 'file/set-of-read', pointer: '/set', message: 'set does nothing beside read', hint: 'edit: PATH changes it' },
    ];
  return [];
}
