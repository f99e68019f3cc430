/** What an operation of `aws` is. */

/** Options of a call: name without dashes -> its words; a switch has none. */
export type Options = Readonly<Record<string, readonly string[]>>;

/** An operation: its options, and what it answers as JSON. It throws `awsError`. */
export interface Operation {
  readonly options: readonly string[];
  readonly required?: readonly string[];
  readonly answer: (options: Options) => unknown;
}

/** A refusal with the code that the real service gives it. */
export type AwsError = Error & { readonly awsCode: string };
export const awsError = (awsCode: string, message: string): AwsError => Object.assign(new Error(message), { awsCode });

/** The text of `file://PATH`, from the folder of the caller. */
export type ReadFile = (parameter: string) => string;
