import type { MetricType } from '@sonde/core';

/** UCUM units and the words that Prometheus uses for them. */
const UNITS: Readonly<Record<string, string>> = {
  d: 'days',
  h: 'hours',
  min: 'minutes',
  s: 'seconds',
  ms: 'milliseconds',
  us: 'microseconds',
  ns: 'nanoseconds',
  By: 'bytes',
  KiBy: 'kibibytes',
  MiBy: 'mebibytes',
  GiBy: 'gibibytes',
  kBy: 'kilobytes',
  MBy: 'megabytes',
  GBy: 'gigabytes',
  bit: 'bits',
  Hz: 'hertz',
  Cel: 'celsius',
  '%': 'percent',
};
const PER: Readonly<Record<string, string>> = { s: 'second', min: 'minute', h: 'hour', d: 'day' };

/**
 * The name of a metric for Prometheus: dots become underscores, the unit is spelled out at the end, counters end in
 * `_total`. `http.server.request.duration` in `s` is `http_server_request_duration_seconds`.
 *
 * @see https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/
 */
export function prometheusName(name: string, unit: string, type: MetricType): string {
  let translated = sanitized(name, /[^A-Za-z0-9_:]+/g);
  if (type === 'counter') translated = translated.replace(/_total$/, '');
  const word = prometheusUnit(unit, type);
  if (word !== '' && translated !== word && !translated.endsWith(`_${word}`)) translated += `_${word}`;
  return type === 'counter' ? `${translated}_total` : translated;
}

/** The word for a unit: `s` is `seconds`, `By/s` is `bytes_per_second`; an annotation, `{request}`, is none. */
export function prometheusUnit(unit: string, type: MetricType): string {
  const [of = '', per, ...more] = unit.replace(/\{[^{}]*\}/g, '').split('/');
  if (more.length > 0) return '';
  if (of === '1' && per === undefined) return type === 'gauge' ? 'ratio' : '';
  const word = of === '1' ? '' : lookup(UNITS, of);
  if (per === undefined || per === '') return word;
  return `${word}${word === '' ? '' : '_'}per_${lookup(PER, per)}`;
}

/** The name of a label: what Prometheus doesn't allow becomes an underscore. */
export function labelName(name: string): string {
  const translated = sanitized(name, /[^A-Za-z0-9_]+/g);
  // `le` belongs to the buckets, and two underscores in front to Prometheus itself.
  if (translated === 'le' || translated === 'quantile') return `${translated}_`;
  return translated.replace(/^__+/, '_');
}

function lookup(words: Readonly<Record<string, string>>, unit: string): string {
  return Object.hasOwn(words, unit) ? words[unit]! : sanitized(unit, /[^A-Za-z0-9_]+/g).replace(/^_$/, '');
}

function sanitized(name: string, disallowed: RegExp): string {
  const translated = name.replace(disallowed, '_').replace(/__+/g, '_');
  if (translated === '') return '_';
  return /^[0-9]/.test(translated) ? `_${translated}` : translated;
}
