/**
 * Statuspage (Atlassian): one incident a run, opened by its first message and updated by the later ones. Statuspage has no key against repetition, but it keeps
 * metadata of ours: which run an incident belongs to and which messages it has. So what was lost is looked up, and never posted twice.
 */
import type { Json } from '../../interpreter/core/model/value.ts';
import type { Done, OpenContext, RunContext } from '../../interpreter/port/step-type.ts';
import { readReceiverEntry } from './entry.ts';
import type { ReceiverEntry } from './entry.ts';
import * as limits from './limits.ts';
import { failed } from './message.ts';
import type { SendFailure, Message, Receiver } from './message.ts';
import { askProvider, isSuccess, jsonIn, mappingIn, providerRefusal } from './post.ts';
import type { ProviderAnswer } from './post.ts';
import { incidentIn, incidentOf, markOf, markedWith } from './statuspage-incident.ts';
import type { Incident } from './statuspage-incident.ts';
import { cutOnes, fit, withoutMentions } from './text.ts';

export const statuspageApi = 'https://api.statuspage.io/v1';
/** Each token may ask once a second, over a minute; a refusal (420 or 429) need not say how long. */
const pauseMs = 2000;

interface Page {
  readonly host: string;
  request(
    method: 'GET' | 'POST' | 'PATCH',
    path: string,
    context: RunContext,
    incident?: Json,
  ): Promise<ProviderAnswer | SendFailure>;
  refused(reply: ProviderAnswer): SendFailure;
}

export function openStatuspage(open: OpenContext): Receiver {
  const entry = readReceiverEntry(open, 'Statuspage', ['page', 'token', 'url', 'components']);
  const page = pageOf(entry);
  const ids = componentIds(entry);
  const oneByOne = inTurn();
  const texts = (message: Message) => ({
    message: fit(message.message, limits.statuspageBody, withoutMentions),
    title: fit(nameOf(message), limits.statuspageName, withoutMentions),
  });
  const send = async (message: Message, context: RunContext): Promise<Done> => {
    const before = await currentIncident(page, message.follows, context);
    if (before !== undefined && 'ok' in before) return before;
    const mark = markOf(context.idempotencyKey);
    const fitted = texts(message);
    const shortened = cutOnes(message.title === undefined ? { message: fitted.message } : fitted);
    const done = (id: string, status: number): Done => ({
      ok: true,
      changed: true,
      result: { status, id, attached: [], shortened },
    });
    if (before !== undefined && markedWith(before, mark)) return done(before.id, 200);
    const incident = incidentOf({
      before,
      mark,
      body: fitted.message.text,
      ...(before === undefined || message.title !== undefined ? { name: fitted.title.text } : {}),
      ...(message.status === undefined ? {} : { status: message.status }),
      states: Object.fromEntries(Object.entries(message.components ?? {}).map(([name, state]) => [ids[name] ?? name, state])),
    });
    const reply = await (before === undefined
      ? page.request('POST', '/incidents', context, incident)
      : page.request('PATCH', `/incidents/${encodeURIComponent(before.id)}`, context, incident));
    const made = reply.ok && isSuccess(reply) ? incidentIn(mappingIn(reply)) : undefined;
    if (made !== undefined) return done(made.id, reply.ok ? reply.status : 0);
    const wrong = !reply.ok ? reply : isSuccess(reply) ? noIncident(page) : page.refused(reply);
    if (wrong.wire !== 'unknown') return wrong;
    const after = await currentIncident(page, before?.id, context);
    return after !== undefined && !('ok' in after) && markedWith(after, mark) ? done(after.id, 200) : wrong;
  };
  return {
    carries: false,
    shortened: (message) => cutOnes(message.title === undefined ? { message: texts(message).message } : texts(message)),
    send: (message, _files, context) => oneByOne(() => send(message, context)),
  };
}

/** Two messages at one moment must not both find that there is no incident yet. */
function inTurn(): (send: () => Promise<Done>) => Promise<Done> {
  let last: Promise<unknown> = Promise.resolve();
  return (send) => {
    const mine = last.then(send);
    last = mine.catch(() => undefined);
    return mine;
  };
}

/** An incident needs a name; without a title it is the first line. */
const nameOf = ({ title, message }: Message): string => title ?? message.split('\n')[0]?.trim() ?? message;

function pageOf(entry: ReceiverEntry): Page {
  const id = entry.needed('page', 'the id of the page');
  const token = entry.needed('token', 'an API key of Statuspage');
  const address = entry.address('url', statuspageApi);
  const base = `${address.href.replace(/\/$/, '')}/pages/${encodeURIComponent(id)}`;
  const headers = { authorization: `OAuth ${token}` };
  const secrets = [token];
  return {
    host: address.host,
    request: (method, path, context, incident) => {
      const body = incident === undefined ? undefined : JSON.stringify({ incident });
      const all = body === undefined ? { headers } : { headers: { ...headers, 'content-type': 'application/json' }, body };
      return askProvider({ request: () => ({ method, url: `${base}${path}`, ...all }), secrets, pauseMs }, context);
    },
    refused: (reply) => providerRefusal(reply, address.host, secrets, wordsIn(reply)),
  };
}

/** Names that the configuration gives to components: a runbook need not know their ids. */
function componentIds(entry: ReceiverEntry): Readonly<Record<string, string>> {
  const given = entry.raw('components') ?? {};
  if (typeof given !== 'object' || Array.isArray(given)) throw entry.wrong('needs name -> id as components');
  return Object.fromEntries(
    Object.entries(given).map(([name, id]) => {
      if (typeof id !== 'string') throw entry.wrong(`needs a text as id of the component ${name}`);
      return [name, id];
    }),
  );
}

/** The one that is named, or that of this run among the last hundred; nothing when the run has posted nothing yet. */
async function currentIncident(
  page: Page,
  id: string | undefined,
  context: RunContext,
): Promise<Incident | undefined | SendFailure> {
  const reply = await page.request('GET', id === undefined ? '/incidents' : `/incidents/${encodeURIComponent(id)}`, context);
  if (!reply.ok) return reply;
  if (!isSuccess(reply)) return { ...page.refused(reply), wire: 'refused' };
  const body = jsonIn(reply);
  if (id !== undefined) return incidentIn(body) ?? noIncident(page);
  if (!Array.isArray(body)) return noIncident(page);
  const { run } = markOf(context.idempotencyKey);
  return (body as readonly unknown[]).map(incidentIn).find((one) => one?.run === run);
}

const noIncident = ({ host }: Page): SendFailure =>
  failed('unknown', 'validation', 'not-statuspage', `${host} answered nothing that is an incident of Statuspage`);

/** `{ error: text | [texts] }` */
function wordsIn(reply: ProviderAnswer): string {
  const error: unknown = mappingIn(reply)?.['error'];
  return (Array.isArray(error) ? (error as readonly unknown[]) : [error]).filter((one) => typeof one === 'string').join('; ');
}
