/** Small pure hashes: for jitter and for ids of what is shown. Not cryptographic: answers are compared, never trusted by it. */

/** FNV-1a, 32 bits, over UTF-16 code units; `seed` separates families. */
export function hash32(text: string, seed = 0x811c9dc5): number {
  let hash = seed;
  for (let index = 0; index < text.length; index += 1) {
    hash ^= text.charCodeAt(index);
    hash = Math.imul(hash, 0x01000193);
  }
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x7feb352d);
  hash ^= hash >>> 15;
  return hash >>> 0;
}

/** 64 bits as hexadecimal text: names what the core itself shows (doubt and failure questions). */
export function digest(text: string): string {
  return [0x811c9dc5, 0x2f0b4a97].map((seed) => hash32(text, seed).toString(16).padStart(8, '0')).join('');
}

/** In [0, 1), the same for the same run seed, key and attempt (jitter of retries: a replay computes the same). */
export function fraction(seed: string, key: string, attempt: number): number {
  return hash32(`${seed}\u0000${key}\u0000${String(attempt)}`) / 0x1_0000_0000;
}
