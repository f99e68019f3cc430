/** Who is let in by what the issuer says of them. */
import { describe, expect, it } from 'vitest';
import { personIn } from './oidc.ts';

const settings = {
  issuer: '',
  clientId: '',
  scopes: [],
  name: 'preferred_username',
  groups: 'groups',
  roles: { ic: ['chiefs'] },
};
const claims = { preferred_username: 'ana', groups: ['oncall', 'chiefs'] };

describe('admit', () => {
  it('lets nobody in when it names no group', () => {
    expect(() => personIn(claims, { ...settings, admit: [] })).toThrow('no group is let in');
  });

  it.each([[['oncall']], [['guests', 'chiefs']], [['*']]])('%j lets ana in, with the roles that her groups prove', (admit) => {
    expect(personIn(claims, { ...settings, admit })).toEqual({ name: 'ana', roles: ['ic'] });
  });

  it('takes * as everybody from the configuration alone, never from a claim', () => {
    const liar = { preferred_username: 'eve', groups: ['*'] };
    expect(() => personIn(liar, { ...settings, admit: ['oncall'] })).toThrow('eve is in none of the groups oncall');
    expect(personIn(liar, { ...settings, roles: { ic: ['chiefs'] }, admit: ['*'] }).roles).toEqual([]);
  });
});
