/** Which provider an entry of the configuration means. */
import type { OpenContext } from '../../interpreter/port/step-type.ts';
import { openMail } from './mail.ts';
import type { Receiver } from './message.ts';
import { openPagerDuty } from './pager-duty.ts';
import { openPlainReceiver } from './plain.ts';
import { openSlackApi, openSlackWebhook } from './slack.ts';
import { openStatuspage } from './statuspage.ts';

/** By the type of the target; a type may have two forms. Throws for an entry that cannot work. */
export function receiverOf(open: OpenContext): Receiver {
  if (open.targetType === 'pager') return openPagerDuty(open);
  if (open.targetType === 'email') return openMail(open);
  if (open.targetType === 'chat') return has(open, 'channel') ? openSlackApi(open) : openSlackWebhook(open);
  if (open.targetType === 'statuspage' && has(open, 'page')) return openStatuspage(open);
  return openPlainReceiver(open);
}

const has = ({ target }: OpenContext, key: string): boolean =>
  typeof target === 'object' && target !== null && Object.hasOwn(target, key);
