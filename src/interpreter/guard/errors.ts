/** Errors of the program itself: drivers and node put what they were given into messages, causes and properties. */
import type { Redactor } from './redact.ts';

/** Causes of causes; what lies deeper is not printed either. */
const deepest = 8;

/** Masks all texts of an error in place, so that whoever prints it later prints no secret. What is thrown without being an object stays unchanged. */
export function maskError(problem: unknown, redactor: Redactor): void {
  visit(problem, redactor, 0, new Set());
}

function visit(one: unknown, redactor: Redactor, depth: number, seen: Set<unknown>): void {
  if (typeof one !== 'object' || one === null || ArrayBuffer.isView(one) || depth > deepest || seen.has(one)) return;
  seen.add(one);
  // Also what is not listed: message, stack and cause are not.
  for (const name of Object.getOwnPropertyNames(one)) {
    const value = valueOf(one, name);
    if (typeof value !== 'string') visit(value, redactor, depth + 1, seen);
    else {
      const clean = redactor.text(value);
      if (clean !== value) replace(one, name, clean);
    }
  }
}

/** Nothing is computed for it, except the stack, which is a getter in newer versions of node. */
function valueOf(one: object, name: string): unknown {
  const property = Object.getOwnPropertyDescriptor(one, name);
  if (property?.get === undefined) return property?.value;
  return name === 'stack' ? (one as Error).stack : undefined;
}

function replace(owner: object, name: string, text: string): void {
  try {
    Object.defineProperty(owner, name, { value: text, configurable: true, writable: true });
  } catch {
    // Frozen, and so no message or stack of an error.
  }
}
