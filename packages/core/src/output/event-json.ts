import type { ProbeEvent } from '../contracts/index.js';
import { jsonValue } from './json-value.js';

/** Writes an event of a probe's own as one line of JSON: its `event` first, then its fields. */
export function eventToJson(event: ProbeEvent): string {
  let text = `{"event":${JSON.stringify(event.event)}`;
  for (const name of Object.keys(event)) {
    if (name === 'event' || event[name] === undefined) continue;
    text += `,${JSON.stringify(name)}:${jsonValue(event[name])}`;
  }
  return `${text}}`;
}
