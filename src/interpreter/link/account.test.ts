/** Whose word counts: an account vouches for others only where the configuration says so. */
import { describe, expect, it } from 'vitest';
import { isSamePerson, isStarter } from '../core/model/person.ts';
import type { Actor } from '../core/model/value.ts';
import { whyNoApproval } from '../engine/approval.ts';
import { actorOfUser } from './account.ts';
import type { Claim } from './protocol.ts';

/** A user that exists everywhere. */
const nobody = 65_534;
const accounts = { vouchingAccounts: ['nobody'] };
const claim = (name: string, more: Partial<Claim> = {}): Claim => ({ name, auth: 'vouched', ...more });
const vouched = (name: string, more: Partial<Claim> = {}): Actor => actorOfUser(claim(name, more), nobody, accounts);

describe('an account that vouches', () => {
  it('makes of its word a person who is not the account', () => {
    const ana = vouched('ana', { roles: ['incident-commander'] });
    expect(ana).toMatchObject({ name: 'ana', auth: 'vouched', account: 'nobody', roles: ['incident-commander'] });
    expect(ana.uid).toBeUndefined();
    expect(isSamePerson(ana, vouched('bob'))).toBe(false);
    expect(isSamePerson(ana, actorOfUser({ name: 'nobody', auth: 'uid' }, nobody))).toBe(false);
  });

  it.each([{}, { vouchingAccounts: [] }, { vouchingAccounts: ['root', 'user:1'] }])(
    'only claims where %j lists it not',
    (listed) => {
      const actor = actorOfUser(claim('ana', { roles: ['incident-commander'] }), nobody, listed);
      expect(actor).toMatchObject({ auth: 'claimed', uid: nobody, account: 'nobody' });
      expect(actor.roles).toBeUndefined();
    },
  );

  it('may be listed by its number', () => {
    expect(actorOfUser(claim('ana'), nobody, { vouchingAccounts: ['user:65534'] }).auth).toBe('vouched');
  });
});

describe('a person who comes by two ways', () => {
  const host: Actor = { name: 'ana', uid: 1001, host: 'here', auth: 'uid' };
  const renamed: Actor = { name: 'carol', account: 'ana', uid: 1001, host: 'here', auth: 'claimed' };

  it('is one person, whatever name is claimed on the host', () => {
    expect(isSamePerson(vouched('ana'), host)).toBe(true);
    expect(isSamePerson(vouched('ana'), renamed)).toBe(true);
    expect(isStarter(vouched('ana'), renamed)).toBe(true);
    expect(isStarter(vouched('ana'), { ...host, name: 'triage', kind: 'agent', onBehalfOf: 'ana', uid: 7 })).toBe(true);
  });
});

describe('an approval of somebody who is vouched for', () => {
  const rules = { from: ['incident-commander'], reason: false };
  const starter = vouched('ana');
  const why = (by: Actor, more: Partial<Parameters<typeof whyNoApproval>[0]> = {}, agreedNames: readonly string[] = []) =>
    whyNoApproval(
      { ...rules, ...more },
      { by, verdict: 'yes' },
      { starter, roles: { 'incident-commander': ['bob'] }, agreedNames },
    );

  it('counts by the role that was proven, or by the name', () => {
    expect(why(vouched('bob'))).toBeUndefined();
    expect(why(vouched('carol', { roles: ['incident-commander'] }))).toBeUndefined();
    expect(why(vouched('carol', { roles: ['reader'] }))).toContain('does not have the role');
  });

  it('is not that of the starter, of an agent, of who has agreed already, nor of a user of the system', () => {
    expect(why(vouched('ana', { roles: rules.from }))).toContain('somebody else must agree');
    expect(why(vouched('triage', { kind: 'agent', roles: rules.from }))).toContain('only a person can agree');
    expect(why(vouched('bob'), {}, ['bob'])).toContain('has agreed already');
    expect(why(vouched('bob'), { auth: 'uid' })).toContain('requires the user of the system');
  });
});
