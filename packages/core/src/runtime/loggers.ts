import type { Diagnostic, Logger } from '../contracts/index.js';

/** A logger that hands each line to a function. */
export function loggerTo(sink: (line: Diagnostic) => void): Logger {
  const at =
    (level: Diagnostic['level']) =>
    (message: string, fields: Record<string, unknown> = {}): void =>
      sink({ level, message, fields });
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** A logger that keeps its lines, for tests. */
export function collectingLogger(): Logger & { readonly lines: Diagnostic[] } {
  const lines: Diagnostic[] = [];
  return { ...loggerTo((line) => lines.push(line)), lines };
}

/** A logger whose lines carry some fields besides their own: which plugin speaks. */
export function loggerWith(logger: Logger, fields: Record<string, unknown>): Logger {
  return loggerTo((line) => logger[line.level](line.message, { ...fields, ...line.fields }));
}
