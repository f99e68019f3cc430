/** What a step says, and what a receiver of it is. */
import type { Attachment, Done, OpenContext, RunContext } from '../../interpreter/port/step-type.ts';

export interface Message {
  readonly message: string;
  readonly title?: string;
  readonly severity?: string;
  /** Kinds of files to carry. */
  readonly attach?: readonly string[];
  /** What an earlier message to the same receiver returned as `id`: its thread, incident, alert or mail. */
  readonly follows?: string;
  /** Of a pager: what happens to the alert. */
  readonly action?: 'trigger' | 'acknowledge' | 'resolve';
  /** Of a status page: the state of the incident. */
  readonly status?: string;
  /** Of a status page: name or id of a component -> its state. */
  readonly components?: Readonly<Record<string, string>>;
}

export type SendFailure = Extract<Done, { readonly ok: false }>;

/** One provider with one entry of the configuration: sends, and says beforehand which texts will not fit. */
export interface Receiver {
  /** True where files are carried; others get the message alone. */
  readonly carries: boolean;
  /** Keys of the message that would be shortened. */
  shortened(message: Message): readonly string[];
  send(message: Message, files: readonly Attachment[], context: RunContext): Promise<Done>;
}

/** Throws for an entry that cannot work, before anything is sent. */
export type OpenReceiver = (open: OpenContext) => Receiver;

export function failed(
  wire: SendFailure['wire'],
  faultClass: SendFailure['class'],
  code: string,
  message: string,
  hint?: string,
): SendFailure {
  return { ok: false, wire, class: faultClass, code, message, ...(hint === undefined ? {} : { hint }) };
}
