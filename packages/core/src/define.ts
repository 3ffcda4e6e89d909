import type { z } from 'zod';
import type {
  Exporter,
  ExporterDefinition,
  OptionsSchema,
  Probe,
  ProbeDefinition,
  Processor,
  ProcessorDefinition,
} from './contracts/index.js';

/** Declares a probe: the factory takes the probe's options and gives what `createAgent` takes. */
export function defineProbe<S extends OptionsSchema>(definition: ProbeDefinition<S>) {
  return (options?: z.input<S>): Probe => ({
    kind: 'probe',
    definition: definition as unknown as ProbeDefinition,
    options: options ?? {},
  });
}

/** Declares an exporter. */
export function defineExporter<S extends OptionsSchema>(definition: ExporterDefinition<S>) {
  return (options?: z.input<S>): Exporter => ({
    kind: 'exporter',
    definition: definition as unknown as ExporterDefinition,
    options: options ?? {},
  });
}

/** Declares a processor. */
export function defineProcessor<S extends OptionsSchema>(definition: ProcessorDefinition<S>) {
  return (options?: z.input<S>): Processor => ({
    kind: 'processor',
    definition: definition as unknown as ProcessorDefinition,
    options: options ?? {},
  });
}
