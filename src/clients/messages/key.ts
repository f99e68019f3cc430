/** The key by which a repetition is told apart, in the forms that headers and providers take. */
import { createHash } from 'node:crypto';

/** Hexadecimal. */
export const digestOf = (key: string): string => createHash('sha256').update(key).digest('hex');

/** As it is where a header and a signature (which joins by dots) can carry it, else its digest. */
export const plainKey = (key: string, limit = 200): string =>
  key.length <= limit && /^[\w/:@[\]#~-]+$/.test(key) ? key : `sha256-${digestOf(key)}`;
