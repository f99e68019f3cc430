/** Variables of the environment by which node and drivers give up what a run promises. Looked at before anything is sent. */
import { usage } from './exit-codes.ts';

interface Unsafe {
  readonly name: string;
  /** Whether this value does the harm. */
  readonly does: (value: string) => boolean;
  readonly what: string;
  readonly hint: string;
}

const printed = 'it goes to the terminal or to engine.log past every mask; unset the variable';

const unsafe: readonly Unsafe[] = [
  {
    name: 'NODE_TLS_REJECT_UNAUTHORIZED',
    does: (value) => value === '0',
    // Node takes any certificate then, from whomever, and passwords with it.
    what: 'turns off the verification of certificates',
    hint: 'unset it; an authority of your own is named as tls.ca of the target, or by NODE_EXTRA_CA_CERTS',
  },
  {
    name: 'NODE_OPTIONS',
    does: (value) => /--(?:tls-keylog|trace-tls)\b/.test(value),
    what: 'writes the keys or the contents of encrypted connections down',
    hint: 'unset it, or take --tls-keylog and --trace-tls out of it',
  },
  {
    name: 'NODE_OPTIONS',
    does: (value) => /--tls-(?:min-v1\.[01]|cipher-list)\b/.test(value),
    what: 'lets encrypted connections be weaker than this version of node allows',
    hint: 'unset it, or take the option out of it',
  },
  {
    name: 'NODE_DEBUG',
    does: (value) => /\*|http|net|tls|stream|child_process|fs/i.test(value),
    what: 'prints headers, passwords and environments of commands as sent',
    hint: printed,
  },
  {
    name: 'DEBUG',
    // A value such as 1 is for other programs.
    does: (value) => /(?:^|[\s,])(?:\*|i?o?redis)/i.test(value),
    what: 'prints the commands that are sent to Redis, passwords included',
    hint: printed,
  },
  ...['KAFKAJS_DEBUG_PROTOCOL_BUFFERS', 'KAFKAJS_DEBUG_EXTENDED_PROTOCOL_BUFFERS'].map((name) => ({
    name,
    does: (value: string) => value !== '' && value !== '0',
    what: 'prints what is sent to Kafka, passwords included',
    hint: printed,
  })),
];

/** Throws CommandError (2) that names the variable. */
export function refuseUnsafeVariables(): void {
  for (const { name, does, what, hint } of unsafe) {
    const value = process.env[name];
    if (value !== undefined && does(value)) throw usage(`${name}=${value} ${what}`, hint);
  }
}
