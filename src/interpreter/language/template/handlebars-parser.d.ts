/** The parser of Handlebars alone: neither its compiler nor its runtime is loaded, nothing is ever compiled (T12). */
declare module 'handlebars/dist/cjs/handlebars/compiler/base.js' {
  const base: { readonly parse: (text: string) => unknown };
  export default base;
}
