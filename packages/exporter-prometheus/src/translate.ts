import { type Attributes, type MetricFamily, type MetricSnapshot, mergeSnapshots } from '@sonde/core';
import { labelName, prometheusName } from './prometheus-name.js';

/**
 * The families of a snapshot under their Prometheus names and labels. Families and series that meet under one name are
 * added; families that can't be told apart by their samples' names are left out, the first one stays: a scrape with
 * duplicates would be refused as a whole.
 *
 * @param conflict told of each family that was left out
 */
export function translate(snapshot: MetricSnapshot, conflict: (name: string) => void): MetricFamily[] {
  const translated = snapshot.families.map((family) => ({
    ...family,
    name: prometheusName(family.name, family.unit, family.type),
    points: family.points.map((point) => ({ ...point, attributes: labels(point.attributes) })),
  }));
  const types = new Map<string, string>();
  for (const { name, type } of translated) {
    const known = types.get(name) ?? type;
    if (known !== type) conflict(name);
    types.set(name, known);
  }
  const taken = new Set<string>();
  return mergeSnapshots([{ ...snapshot, families: translated }]).families.filter((family) => {
    const names = sampleNames(family);
    const free = names.every((name) => !taken.has(name));
    if (free) for (const name of names) taken.add(name);
    else conflict(family.name);
    return free && family.points.length > 0;
  });
}

/** Names that meet after translation have their values joined, as the OpenTelemetry specification asks. */
function labels(attributes: Attributes): Record<string, string> {
  const translated: Record<string, string> = {};
  for (const name of Object.keys(attributes).sort()) {
    const label = labelName(name);
    const value = attributes[name];
    const text = Array.isArray(value) ? JSON.stringify(value) : String(value);
    // Prometheus holds an empty label for none.
    if (text === '') continue;
    translated[label] = Object.hasOwn(translated, label) ? `${translated[label]};${text}` : text;
  }
  return translated;
}

function sampleNames({ name, type }: MetricFamily): string[] {
  if (type === 'histogram') return [name, `${name}_bucket`, `${name}_sum`, `${name}_count`];
  return type === 'counter' ? [name, name.slice(0, -'_total'.length)] : [name];
}
