/** Messages to people: each kind of receiver in its own form, with a key by which a repetition can be dropped where the provider has one (T29). */
import type { OpenContext, Runner, Session } from '../../interpreter/port/step-type.ts';
import { filesOf } from './files.ts';
import { openMail } from './mail.ts';
import type { Message, Receiver } from './message.ts';
import { openPagerDuty } from './pager-duty.ts';
import { openPlain } from './plain.ts';
import { openSlackApi, openSlackWebhook } from './slack.ts';
import { openStatuspage } from './statuspage.ts';

/** Runner of notify and escalate; they differ in what they are for, not in how they send. */
export const messageRunner: Runner = {
  open: async (open: OpenContext): Promise<Session> => {
    const receiver = receiverOf(open);
    const name = open.targetName ?? 'receiver';
    return {
      describe: (params) => `tell ${name}: ${(params as unknown as Message).message}`,
      run: async (params, context) => {
        const message = params as unknown as Message;
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

/** By the type of the target; a type may have two forms. */
function receiverOf(open: OpenContext): Receiver {
  if (open.targetType === 'pager') return openPagerDuty(open);
  if (open.targetType === 'email') return openMail(open);
  if (open.targetType === 'chat') return has(open, 'channel') ? openSlackApi(open) : openSlackWebhook(open);
  if (open.targetType === 'statuspage' && has(open, 'page')) return openStatuspage(open);
  return openPlain(open);
}

const has = ({ target }: OpenContext, key: string): boolean =>
  typeof target === 'object' && target !== null && Object.hasOwn(target, key);
