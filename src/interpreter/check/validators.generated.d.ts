/** What scripts/build/validators.mjs compiles from document-schema.ts and the manifests. */
export interface Validator {
  (data: unknown): boolean;
  readonly errors?: readonly unknown[] | null;
}
export const validators: Readonly<Record<string, Validator | undefined>>;
