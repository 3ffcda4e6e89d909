import { readFileSync } from 'node:fs';
import type { Attributes } from '@sonde/core';

/** Variables of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The two kinds of data that are sent. */
export type Signal = 'traces' | 'metrics';

/**
 * Reads OpenTelemetry's standard variables. What can't be understood is reported and left aside, as the specification
 * asks.
 *
 * @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/
 * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 */
export class EnvironmentReader {
  readonly #environment: Environment;
  readonly #ignored: (variable: string, reason: string) => void;

  /** @param ignored told of each variable that was left aside */
  constructor(environment: Environment, ignored: (variable: string, reason: string) => void) {
    this.#environment = environment;
    this.#ignored = ignored;
  }

  /** A variable that isn't empty. */
  text(variable: string): string | undefined {
    return this.#environment[variable]?.trim() || undefined;
  }

  /** An `OTEL_EXPORTER_OTLP_…` variable: the signal's own, else the common one. */
  forSignal(signal: Signal, name: string): string | undefined {
    const own = this.text(`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_${name}`);
    return own ?? this.text(`OTEL_EXPORTER_OTLP_${name}`);
  }

  /** A number of at least `least`. */
  number(variable: string, least = 1): number | undefined {
    const text = this.text(variable);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (Number.isSafeInteger(value) && value >= least) return value;
    this.#ignored(variable, `'${text}' is no number of at least ${least}`);
    return undefined;
  }

  /** One of some words. */
  choice<T extends string>(variable: string, choices: readonly T[]): T | undefined {
    const text = this.text(variable);
    if (text === undefined) return undefined;
    if ((choices as readonly string[]).includes(text)) return text as T;
    this.#ignored(variable, `'${text}' is none of ${choices.join(', ')}`);
    return undefined;
  }

  /** The content of a file that a variable names. */
  file(variable: string, path: string | undefined): string | undefined {
    if (path === undefined) return undefined;
    try {
      return readFileSync(path, 'utf8');
    } catch (error) {
      this.#ignored(variable, (error as Error).message);
      return undefined;
    }
  }

  /** A list in the form of W3C baggage: `key=value,key2=value2`, percent-encoded. */
  list(variable: string): Record<string, string> {
    const list: Record<string, string> = {};
    for (const pair of this.text(variable)?.split(',') ?? []) {
      const equals = pair.indexOf('=');
      const key = pair.slice(0, Math.max(0, equals)).trim();
      if (key === '') {
        if (pair.trim() !== '') this.#ignored(variable, 'an entry is not key=value');
        continue;
      }
      list[key] = decode(pair.slice(equals + 1).trim());
    }
    return list;
  }

  /** Attributes of the resource: `OTEL_RESOURCE_ATTRIBUTES`, and `OTEL_SERVICE_NAME`, which wins. */
  resource(): Attributes {
    const attributes: Attributes = this.list('OTEL_RESOURCE_ATTRIBUTES');
    const service = this.text('OTEL_SERVICE_NAME');
    if (service !== undefined) attributes['service.name'] = service;
    return attributes;
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
