/** Words of the far side among the output, however the connection cuts it. */
import { expect, it } from 'vitest';
import { listener } from './ssh.ts';

const mark = `rb${'0123456789abcdef'.repeat(2)}`;
const spoken = `${mark} prepared\nprinted without an end${mark} left 47 sleep 60\n${mark} end 3\n`;

it.each(Array.from({ length: spoken.length - 1 }, (_, index) => index + 1))('hears every word when cut after byte %i', (cut) => {
  const { said, hear, rest } = listener(mark, () => undefined);
  hear('err', Buffer.from(`${mark} ready\n`), () => undefined);
  const parts = [spoken.slice(0, cut), spoken.slice(cut)].map((part) => hear('err', Buffer.from(part), () => undefined));
  expect(said).toEqual({ going: true, end: 3, left: [{ pid: 47, command: 'sleep 60' }] });
  expect(Buffer.concat([...parts, rest('err')]).toString()).toBe('printed without an end');
});
