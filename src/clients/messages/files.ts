/** What a message carries of the run. */
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

/** The last messages of a run say which record they are about: kept with them, outside of the run's folder, its head proves that record later. */
export async function withRecord(message: Message, context: RunContext): Promise<Message> {
  if (context.closing !== true) return message;
  const [head] = (await context.attachments?.(['head'])) ?? [];
  return head === undefined ? message : { ...message, message: `${message.message}\n\n${head.content}` };
}
