/** Files of the run that a message carries. */
import type { Attachment, RunContext } from '../../interpreter/port/step-type.ts';
import { fileText } from './limits.ts';
import type { Message } from './message.ts';

export async function filesOf(message: Message, context: RunContext): Promise<readonly Attachment[]> {
  if (message.attach === undefined || message.attach.length === 0) return [];
  const files = (await context.attachments?.(message.attach)) ?? [];
  return files.map((one) =>
    one.content.length <= fileText ? one : { ...one, content: `${one.content.slice(0, fileText)}\n[cut here: 512 KiB]\n` },
  );
}
