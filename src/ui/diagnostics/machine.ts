/** Findings for machines: JSON, GitHub annotations, GitLab code quality, SARIF, JUnit. */
import type { Diagnostic } from '../../interpreter/document/diagnostic.ts';
import { github } from './github.ts';
import { gitlab } from './gitlab.ts';
import { findingsJunit } from './junit.ts';
import { sarif } from './sarif.ts';

const forms = {
  json: (findings: readonly Diagnostic[], files: readonly string[]) => JSON.stringify({ files: files.length, findings }),
  github,
  gitlab,
  sarif,
  junit: findingsJunit,
} as const;

export const machineForms: readonly string[] = Object.keys(forms);

/** Undefined: there is no such form. */
export function machine(form: string, findings: readonly Diagnostic[], files: readonly string[]): string | undefined {
  return Object.hasOwn(forms, form) ? forms[form as keyof typeof forms](findings, files) : undefined;
}
