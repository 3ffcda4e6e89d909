import type { Exemplar, HistogramPoint, MetricFamily, MetricPoint, MetricType } from '@sonde/core';
import { prometheusUnit } from './prometheus-name.js';

/** How metrics are written: Prometheus' text format 0.0.4, or OpenMetrics 1.0. */
export type Format = 'text' | 'openmetrics';

/** The media types of the formats. */
export const CONTENT_TYPES: Readonly<Record<Format, string>> = {
  text: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};

/**
 * Writes translated families in one of the two formats. Exemplars have a place in OpenMetrics only.
 *
 * @see https://github.com/prometheus/docs/blob/main/docs/instrumenting/exposition_formats.md
 * @see https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md
 */
export function exposition(families: readonly MetricFamily[], format: Format): string {
  let text = '';
  for (const family of families) text += familyText(family, format);
  return format === 'openmetrics' ? `${text}# EOF\n` : text;
}

function familyText({ name, type, unit, description, points }: MetricFamily, format: Format): string {
  const open = format === 'openmetrics';
  // OpenMetrics knows a counter by its name without the suffix of its sample.
  const family = open && type === 'counter' ? name.slice(0, -'_total'.length) : name;
  let text = `# TYPE ${family} ${type}\n`;
  const word = prometheusUnit(unit, type);
  if (open && word !== '' && family.endsWith(`_${word}`)) text += `# UNIT ${family} ${word}\n`;
  if (description !== '') text += `# HELP ${family} ${open ? quoted(description) : escaped(description)}\n`;
  for (const point of points) text += pointText(name, type, point, format);
  return text;
}

function pointText(name: string, type: MetricType, point: MetricPoint, format: Format): string {
  const labels = labelText(point.attributes as Record<string, string>);
  if (type === 'histogram') return point.histogram ? histogramText(name, labels, point.histogram, format) : '';
  return `${name}${labels === '' ? '' : `{${labels}}`} ${number(point.value ?? 0)}\n`;
}

function histogramText(name: string, labels: string, histogram: HistogramPoint, format: Format): string {
  const { bounds, counts, exemplars } = histogram;
  const before = `${name}_bucket{${labels}${labels === '' ? '' : ','}le="`;
  let text = '';
  let cumulative = 0;
  for (let bucket = 0; bucket < counts.length; bucket++) {
    cumulative += counts[bucket]!;
    const bound = bucket < bounds.length ? boundText(bounds[bucket]!, format) : '+Inf';
    text += `${before}${bound}"} ${number(cumulative)}${exemplarText(exemplars?.[bucket], format)}\n`;
  }
  const after = labels === '' ? '' : `{${labels}}`;
  return `${text}${name}_sum${after} ${number(histogram.sum)}\n${name}_count${after} ${number(cumulative)}\n`;
}

function exemplarText(exemplar: Exemplar | null | undefined, format: Format): string {
  if (format !== 'openmetrics' || !exemplar?.traceId) return '';
  const span = exemplar.spanId ? `,span_id="${quoted(exemplar.spanId)}"` : '';
  const micros = exemplar.timeUnixNano / 1000n;
  const time = `${micros / 1_000_000n}.${String(micros % 1_000_000n).padStart(6, '0')}`;
  return ` # {trace_id="${quoted(exemplar.traceId)}"${span}} ${number(exemplar.value)} ${time}`;
}

function labelText(labels: Readonly<Record<string, string>>): string {
  let text = '';
  for (const name in labels) text += `${text === '' ? '' : ','}${name}="${quoted(labels[name]!)}"`;
  return text;
}

/** OpenMetrics asks for the canonical float, `1.0`, in place of `1`. */
function boundText(bound: number, format: Format): string {
  return format === 'openmetrics' && Number.isInteger(bound) ? `${number(bound)}.0` : number(bound);
}

function number(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value);
}

function escaped(text: string): string {
  return /[\\\n]/.test(text) ? text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n') : text;
}

function quoted(text: string): string {
  const shown = escaped(text);
  return shown.includes('"') ? shown.replaceAll('"', '\\"') : shown;
}
