/** The repository of the exchange as an operator has it checked out: the compose file and the smoke script. A copy, because runs may edit it. */
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { sourceFolder } from '../../programs.ts';
import type { Layout } from './layout.ts';

export function resetCheckout({ checkout }: Layout): void {
  rmSync(checkout, { recursive: true, force: true });
  cpSync(join(sourceFolder(), 'worlds', 'exchange', 'checkout'), checkout, { recursive: true });
}
