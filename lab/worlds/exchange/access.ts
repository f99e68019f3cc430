/** The access directory: people, their roles and second factors, and rights that were granted for a time. */
import { writeWhole } from './control/files.ts';

export interface Access {
  readonly roles: readonly string[];
  readonly people: readonly {
    readonly name: string;
    readonly roles: readonly string[];
    readonly mfa: boolean;
    /** ISO 8601. */
    readonly lastLogin: string;
  }[];
  /** Rights for a time ("just in time"). */
  readonly grants: readonly {
    readonly person: string;
    readonly right: string;
    readonly ticket: string;
    readonly expiresAt: string;
    readonly isActive: boolean;
  }[];
}

const day = 86_400_000;
const from = (days: number): string => new Date(Date.now() + days * day).toISOString();

export const usualAccess = (): Access => ({
  roles: ['on-call', 'incident-commander', 'dba', 'engine-owner', 'security'],
  people: [
    { name: 'ana', roles: ['incident-commander', 'on-call'], mfa: true, lastLogin: from(-1) },
    { name: 'ben', roles: ['dba', 'on-call'], mfa: true, lastLogin: from(-2) },
    { name: 'cleo', roles: ['engine-owner'], mfa: true, lastLogin: from(-5) },
    { name: 'dara', roles: ['security'], mfa: true, lastLogin: from(-3) },
  ],
  grants: [
    { person: 'ben', right: 'ledger-admin', ticket: 'OPS-40', expiresAt: from(0.2), isActive: true },
    { person: 'ana', right: 'admin-controls', ticket: 'OPS-31', expiresAt: from(-9), isActive: false },
  ],
});

/** A grant that has expired and still counts, a person without a second factor, and a role that nobody knows. */
export function staleAccess(): Access {
  const { roles, people, grants } = usualAccess();
  return {
    roles,
    people: [...people, { name: 'eli', roles: ['trading-admin'], mfa: false, lastLogin: from(-120) }],
    grants: [...grants, { person: 'cleo', right: 'admin-controls', ticket: 'OPS-12', expiresAt: from(-30), isActive: true }],
  };
}

export const writeAccess = (file: string, access: Access): void => {
  writeWhole(file, `${JSON.stringify(access, null, 2)}\n`);
};

/** What is wrong with the directory, one line each. */
export const accessFindings = ({ roles, people, grants }: Access): readonly string[] => [
  ...people.filter(({ mfa }) => !mfa).map(({ name }) => `${name} has no second factor`),
  ...people.flatMap(({ name, roles: has }) =>
    has.filter((role) => !roles.includes(role)).map((role) => `${name} has the unknown role ${role}`),
  ),
  ...grants
    .filter(({ isActive, expiresAt }) => isActive && Date.parse(expiresAt) < Date.now())
    .map(({ person, right }) => `the grant of ${right} to ${person} has expired and is active`),
];
