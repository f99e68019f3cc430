/** What expressions and templates may read, by root name: inputs, targets, links, env, steps, run, item, step, value, result. */
export type Scope = Readonly<Record<string, unknown>>;
