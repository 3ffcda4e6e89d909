import { suggestion } from '../config/nearest.js';
import { ConfigurationError, type ProbeDefinition } from '../contracts/index.js';

/**
 * Puts probes into the order in which they start: whoever writes a plane first, since others may read it without needing
 * it; among those, and among the rest, writers of a plane before those that need it, otherwise as given.
 *
 * @throws ConfigurationError `PLANE_MISSING` if nobody writes a plane that is needed, `PLANE_CYCLE` if probes need each
 * other
 */
export function orderProbes<P extends { readonly definition: ProbeDefinition }>(probes: readonly P[]): P[] {
  const writers = new Map<string, P[]>();
  for (const probe of probes) {
    for (const plane of probe.definition.provides ?? []) writers.set(plane, [...(writers.get(plane) ?? []), probe]);
  }
  const ordered = new Set<P>();
  const onTheWay: P[] = [];
  const visit = (probe: P): void => {
    if (ordered.has(probe)) return;
    if (onTheWay.includes(probe)) cycle([...onTheWay.slice(onTheWay.indexOf(probe)), probe]);
    onTheWay.push(probe);
    for (const plane of probe.definition.needs ?? []) {
      const others = (writers.get(plane) ?? []).filter((writer) => writer !== probe);
      if (others.length === 0) missing(probe, plane, writers.keys());
      for (const writer of others) visit(writer);
    }
    onTheWay.pop();
    ordered.add(probe);
  };
  const writes = ({ definition }: P) => (definition.provides?.length ?? 0) > 0;
  for (const probe of [...probes.filter(writes), ...probes]) visit(probe);
  return [...ordered];
}

function missing(probe: { definition: ProbeDefinition }, plane: string, known: Iterable<string>): never {
  const message = `probe '${probe.definition.name}' needs the plane '${plane}', and no probe of this agent writes it`;
  throw new ConfigurationError('PLANE_MISSING', `${message}${suggestion(plane, known)}`, {
    hint: 'add a probe that provides it',
  });
}

function cycle(probes: readonly { definition: ProbeDefinition }[]): never {
  const names = probes.map(({ definition }) => definition.name).join(' → ');
  throw new ConfigurationError('PLANE_CYCLE', `probes need each other: ${names}`);
}
