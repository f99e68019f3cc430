/**
 * PagerDuty, Events API v2: one POST an event, 202 when it was taken. Alerts are told apart by `dedup_key`, so that a repetition of a lost reply changes
 * nothing, and `acknowledge` and `resolve` mean the alert of an earlier message.
 */
import type { Json } from '../../interpreter/core/model/value.ts';
import type { Done, OpenContext, RunContext } from '../../interpreter/port/step-type.ts';
import { readReceiverEntry } from './entry.ts';
import { plainKey } from './key.ts';
import * as limits from './limits.ts';
import { failed } from './message.ts';
import type { Message, Receiver } from './message.ts';
import { askProvider, isSuccess, mappingIn, providerRefusal } from './post.ts';
import type { ProviderAnswer } from './post.ts';
import { severityOf } from './severity.ts';
import { cutOnes, fit } from './text.ts';

export const enqueue = 'https://events.pagerduty.com/v2/enqueue';

export function openPagerDuty(open: OpenContext): Receiver {
  const entry = readReceiverEntry(open, 'PagerDuty', ['routingKey', 'url', 'source']);
  const routingKey = entry.needed('routingKey', 'the integration key of a service (Events API v2)');
  const address = entry.address('url', enqueue);
  const source = entry.text('source') ?? 'runbook';
  const secrets = [routingKey];
  const summary = (message: Message) => fit(wordsOf(message), limits.pagerSummary);
  const send = async (message: Message, context: RunContext): Promise<Done> => {
    const action = message.action ?? 'trigger';
    if (action !== 'trigger' && message.follows === undefined)
      return failed(
        'notStarted',
        'config',
        'no-follows',
        `${action} needs follows: the id that the message which raised the alert returned`,
      );
    // Raised by somebody else it may have any form; it must stay what it is.
    const key = message.follows ?? plainKey(context.idempotencyKey, limits.pagerKey);
    const fitted = summary(message);
    const event = { routing_key: routingKey, event_action: action, dedup_key: key };
    const body = JSON.stringify(action === 'trigger' ? { ...event, payload: payloadOf(message, fitted.text, source) } : event);
    const headers = { 'content-type': 'application/json' };
    const request = () => ({ method: 'POST', url: address.href, headers, body }) as const;
    const reply = await askProvider({ request, secrets, pauseMs: 1000, keyed: true }, context);
    if (!reply.ok) return reply;
    if (!isSuccess(reply)) return providerRefusal(reply, address.host, secrets, wordsIn(reply));
    const cut = action === 'trigger' ? cutOnes({ message: fitted }) : [];
    return { ok: true, changed: true, result: { status: reply.status, id: keyIn(reply) ?? key, attached: [], shortened: cut } };
  };
  return {
    carries: false,
    shortened: (message) => cutOnes({ message: summary(message) }),
    send: (message, _files, context) => send(message, context),
  };
}

const wordsOf = ({ title, message }: Message): string => (title === undefined ? message : `${title}: ${message}`);

function payloadOf(message: Message, summary: string, source: string): Json {
  const cut = summary !== wordsOf(message);
  return {
    summary,
    source,
    severity: severityOf(message.severity) ?? 'warning',
    // The summary is a heading; the whole text is shown with the alert.
    ...(cut ? { custom_details: { message: message.message.slice(0, limits.plainText) } } : {}),
  };
}

const keyIn = (reply: ProviderAnswer): string | undefined => {
  const key = mappingIn(reply)?.['dedup_key'];
  return typeof key === 'string' && key !== '' ? key : undefined;
};

/** `{ status, message, errors: [...] }`; the errors tell what is wrong. */
function wordsIn(reply: ProviderAnswer): string {
  const body = mappingIn(reply);
  const errors: unknown = body?.['errors'];
  const told: readonly unknown[] = [body?.['message'], ...(Array.isArray(errors) ? (errors as readonly unknown[]) : [])];
  return told.filter((one) => typeof one === 'string').join('; ');
}
