/** Tokens as clients have them. */
import { createHmac } from 'node:crypto';

export interface Claims {
  readonly sub?: string;
  readonly exp?: number;
  readonly iat?: number;
}

export function signToken(secret: string, claims: Claims): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

const day = 86_400;

/** Good for a day. */
export const freshToken = (secret: string, subject: string): string =>
  signToken(secret, { sub: subject, exp: Math.floor(Date.now() / 1000) + day });
