/** The configuration entry of a service behind one address: a url, and the headers or the token that it asks for. */
import type { Json } from '../interpreter/core/model/value.ts';
import { isEntry, refuseUnknown, entryText } from './entry.ts';
import { lintEntryBy } from './lint-entry.ts';
import type { TargetEntry } from '../interpreter/port/step-type.ts';

interface Form {
  /** What the entry is, with its article. */
  readonly what: string;
  readonly protocols: readonly string[];
  /** Keys beside url, headers and token. */
  readonly also?: readonly string[];
}

const web = ['http:', 'https:'];
const forms: Readonly<Record<string, Form>> = {
  prometheus: { what: 'a prometheus target', protocols: web },
  alertmanager: { what: 'an alertmanager target', protocols: web },
  http: { what: 'an http target', protocols: web },
  websocket: { what: 'a websocket target', protocols: ['ws:', 'wss:'], also: ['seqField', 'prevSeqField'] },
  exposition: { what: 'an exposition target', protocols: web },
};

/** Judges an entry without opening its secrets; for types that have no such form: undefined. */
export async function lintUrlEntry(entry: TargetEntry): Promise<string | undefined> {
  const form = forms[entry.type];
  return form === undefined
    ? undefined
    : lintEntryBy(
        (given) => {
          checkUrlEntry(given, form);
        },
        entry,
        `${form.protocols[0] ?? 'http:'}//secret.invalid`,
      );
}

/** Throws with words for the operator. */
function checkUrlEntry(entry: Json, { what, protocols, also = [] }: Form): void {
  if (!isEntry(entry)) throw new Error(`${what} is a mapping: { url: ${protocols[0] ?? ''}//HOST }`);
  refuseUnknown(entry, ['url', 'headers', 'token', ...also, 'members'], what);
  const url = entryText(entry, 'url', what);
  if (url === undefined) throw new Error(`${what} needs a url`);
  if (!URL.canParse(url) || !protocols.includes(new URL(url).protocol))
    throw new Error(`url of ${what} must begin with ${protocols.map((one) => `${one}//`).join(' or ')}; got "${url}"`);
  entryText(entry, 'token', what);
  const headers = entry['headers'] ?? {};
  if (!isEntry(headers) || Object.values(headers).some((one) => one === null || typeof one === 'object'))
    throw new Error(`headers of ${what} is a mapping of texts: { NAME: value }`);
}
