import type { Format } from './exposition.js';

/** A media range or coding of a request header, with its weight. */
interface Preference {
  value: string;
  parameters: Readonly<Record<string, string>>;
  weight: number;
}

/** Longest header that is looked at. */
const MAX_HEADER = 2048;

/**
 * The format that an `Accept` header asks for (RFC 9110 section 12.5.1): OpenMetrics where it is named and not wanted less
 * than text, else text, which every scraper reads.
 */
export function formatFor(accept: string | undefined): Format {
  let text = 0;
  let openmetrics = 0;
  for (const { value, parameters, weight } of preferences(accept)) {
    if (value === 'application/openmetrics-text') {
      const version = parameters['version'] ?? '1.0.0';
      if (/^1\.\d/.test(version)) openmetrics = Math.max(openmetrics, weight);
    } else if (value === 'text/plain' || value === 'text/*' || value === '*/*') text = Math.max(text, weight);
  }
  return openmetrics > 0 && openmetrics >= text ? 'openmetrics' : 'text';
}

/** Whether an `Accept-Encoding` header allows gzip (RFC 9110 section 12.5.3). */
export function acceptsGzip(encoding: string | undefined): boolean {
  let any = false;
  for (const { value, weight } of preferences(encoding)) {
    if (value === 'gzip' || value === 'x-gzip') return weight > 0;
    if (value === '*') any = weight > 0;
  }
  return any;
}

function preferences(header: string | undefined): Preference[] {
  if (!header || header.length > MAX_HEADER) return [];
  return header.split(',').map((part) => {
    const [value = '', ...rest] = part.split(';').map((piece) => piece.trim().toLowerCase());
    const parameters: Record<string, string> = {};
    for (const parameter of rest) {
      const equals = parameter.indexOf('=');
      if (equals > 0) parameters[parameter.slice(0, equals).trim()] = parameter.slice(equals + 1).replace(/["\s]/g, '');
    }
    const weight = Number(parameters['q'] ?? 1);
    return { value, parameters, weight: weight >= 0 && weight <= 1 ? weight : 0 };
  });
}
