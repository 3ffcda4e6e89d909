import { CreateError } from './create-error.js';

/** What a package may hold, with a word on each. */
export const KINDS = {
  parser: 'reads a protocol: one TypeScript file, no C, no root',
  probe: 'sees something in the kernel, by a BPF program of its own',
  exporter: 'sends spans, metrics and events somewhere',
} as const;

/** Kind of a plugin. */
export type PluginKind = keyof typeof KINDS;

/** `a parser`, `an exporter`. */
export function withArticle(kind: PluginKind): string {
  return kind === 'exporter' ? `an ${kind}` : `a ${kind}`;
}

/** @throws CreateError `KIND_UNKNOWN` */
export function parseKind(text: string): PluginKind {
  if (Object.hasOwn(KINDS, text)) return text as PluginKind;
  // What core calls the value that a parser exports.
  if (text === 'protocol') return 'parser';
  throw new CreateError('KIND_UNKNOWN', `there is no kind '${text}'`, `It is one of ${Object.keys(KINDS).join(', ')}.`);
}
