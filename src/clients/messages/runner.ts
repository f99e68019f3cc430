/** Messages to people: each kind of receiver in its own form, with a key by which a repetition can be dropped where the provider has one (T29). */
import type { OpenContext, Runner, Session } from '../../interpreter/port/step-type.ts';
import { filesOf, withRecord } from './files.ts';
import type { Message } from './message.ts';
import { receiverOf } from './receivers.ts';

/** Runner of notify and escalate; they differ in what they are for, not in how they send. */
export const messageRunner: Runner = {
  open: async (open: OpenContext): Promise<Session> => {
    const receiver = receiverOf(open);
    const name = open.targetName ?? 'receiver';
    return {
      describe: (params) => `tell ${name}: ${(params as unknown as Message).message}`,
      run: async (params, context) => {
        const own = params as unknown as Message;
        const message = open.targetType === 'statuspage' ? own : await withRecord(own, context);
        return receiver.send(message, receiver.carries ? await filesOf(message, context) : [], context);
      },
      preview: async (params) => {
        const message = params as unknown as Message;
        const cut = receiver.shortened(message);
        const note = cut.length === 0 ? '' : ` (shortened for this receiver: ${cut.join(', ')})`;
        return { diff: `would tell ${name}: ${message.message}${note}`, data: null };
      },
      close: async () => undefined,
    };
  },
};
