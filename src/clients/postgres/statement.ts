/**
 * The two halves of a statement in the extended protocol: `prepare` asks the server what the text is (nothing runs), `execute` runs it with bound
 * values and stops after a number of rows. Several statements in one text are impossible there (42601).
 */
import type { Connection, Submittable } from 'pg';

export interface Column {
  readonly name: string;
  readonly type: number;
}
export interface PreparedStatement {
  /** Type of each parameter, as the server's oid. */
  readonly parameters: readonly number[];
  readonly columns: readonly Column[];
}
export interface Limits {
  readonly rows: number;
  readonly bytes: number;
}
export interface Executed {
  /** As text; null is NULL. */
  readonly rows: readonly (readonly (string | null)[])[];
  /** More than the limits allow. */
  readonly over: 'rows' | 'bytes' | undefined;
  /** `UPDATE 3`; undefined when the portal was left early. */
  readonly tag: string | undefined;
}

/** What the driver calls on a query of ours. */
interface Handlers extends Submittable {
  handleRowDescription(message: { readonly fields: readonly { readonly name: string; readonly dataTypeID: number }[] }): void;
  handleDataRow(message: { readonly fields: readonly (string | null)[] }): void;
  handlePortalSuspended(): void;
  handleCommandComplete(message: { readonly text: string }): void;
  handleEmptyQuery(): void;
  handleCopyInResponse(connection: Connection): void;
  handleCopyData(): void;
  handleError(problem: Error): void;
  handleReadyForQuery(): void;
}

const nothing = (): void => undefined;
const handlers = (submit: (connection: Connection) => void, end: (problem?: Error) => void): Handlers => ({
  submit,
  handleRowDescription: nothing,
  handleDataRow: nothing,
  handlePortalSuspended: nothing,
  handleCommandComplete: nothing,
  handleEmptyQuery: nothing,
  // Refused before; without an answer the server would wait for rows for ever.
  handleCopyInResponse: (connection) => {
    (connection as unknown as { sendCopyFail(words: string): void }).sendCopyFail('a step has no stream of rows');
  },
  handleCopyData: nothing,
  handleError: end,
  handleReadyForQuery: () => {
    end();
  },
});

export type Submit = (query: Submittable) => void;

export function prepareStatement(submit: Submit, text: string): Promise<PreparedStatement> {
  return new Promise((resolve, reject) => {
    let parameters: readonly number[] = [];
    let columns: readonly Column[] = [];
    let connection: Connection | undefined;
    const described = (message: { readonly dataTypeIDs: readonly number[] }): void => {
      parameters = message.dataTypeIDs;
    };
    const send = (on: Connection): void => {
      connection = on;
      on.once('parameterDescription', described);
      together(on, () => {
        on.parse({ name: '', text, types: [] }, true);
        on.describe({ type: 'S', name: '' }, true);
        on.sync();
      });
    };
    const query = handlers(send, (problem) => {
      connection?.off('parameterDescription', described);
      if (problem === undefined) resolve({ parameters, columns });
      else reject(problem);
    });
    query.handleRowDescription = ({ fields }) => {
      columns = fields.map((field) => ({ name: field.name, type: field.dataTypeID }));
    };
    submit(query);
  });
}

/** Runs what was prepared last. */
export function execute(submit: Submit, values: readonly (string | null)[], limits: Limits): Promise<Executed> {
  return new Promise((resolve, reject) => {
    const rows: (readonly (string | null)[])[] = [];
    let bytes = 0;
    let over: Executed['over'];
    let tag: string | undefined;
    const send = (on: Connection): void => {
      together(on, () => {
        on.bind({ portal: '', statement: '', values: [...values] }, true);
        on.execute({ portal: '', rows: String(limits.rows + 1) }, true);
        on.sync();
      });
    };
    const query = handlers(send, (problem) => {
      if (problem === undefined) resolve({ rows, over, tag });
      else reject(problem);
    });
    query.handleDataRow = ({ fields }) => {
      bytes += fields.reduce((sum, field) => sum + (field?.length ?? 0) + 8, 0);
      if (rows.length >= limits.rows) over ??= 'rows';
      else if (bytes > limits.bytes) over ??= 'bytes';
      if (over === undefined) rows.push(fields);
      else rows.length = 0;
    };
    query.handleCommandComplete = (message) => {
      tag = message.text;
    };
    submit(query);
  });
}

/** One packet, so that the messages are not sent one by one. */
function together(on: Connection, send: () => void): void {
  on.stream.cork();
  try {
    send();
  } finally {
    on.stream.uncork();
  }
}
