import { defaultBackend, probeFeature } from '@sonde/ebpf';
import type { Diagnostic } from '../contracts/index.js';
import { ProcFileSystem } from '../identity/proc-file-system.js';
import { FallbackTracker } from '../targets/fallback-tracker.js';
import { KernelTracker } from '../targets/kernel-tracker.js';
import { PollingTracker } from '../targets/polling-tracker.js';
import type { Runtime } from './container.js';
import { loggerTo } from './loggers.js';
import type { Plan } from './plan.js';
import { SystemClock } from './system-clock.js';
import { BACKEND, CLOCK, CONNECTION_FILTER, FEATURES, LOGGER, PROCESS_SOURCE, PROCESS_TRACKER } from './tokens.js';

/** Provides what an agent uses where no override says otherwise. */
export function provideDefaults(runtime: Runtime, plan: Plan, diagnostic: (line: Diagnostic) => void): Runtime {
  return runtime
    .provide(CLOCK, () => new SystemClock())
    .provide(LOGGER, () => loggerTo(diagnostic))
    .provide(PROCESS_SOURCE, () => new ProcFileSystem())
    .provide(BACKEND, () => defaultBackend())
    .provide(CONNECTION_FILTER, () => (sink) => sink)
    .provide(FEATURES, (parts) => {
      const backend = parts.overrides(BACKEND) ? parts.get(BACKEND) : undefined;
      return (name) => probeFeature(name, backend);
    })
    .provide(PROCESS_TRACKER, (parts) => {
      const polling = new PollingTracker(parts.get(PROCESS_SOURCE));
      if (!usesKernel(plan)) return polling;
      const logger = parts.get(LOGGER);
      return new FallbackTracker(new KernelTracker({ backend: () => parts.get(BACKEND), logger }), polling, logger);
    });
}

/** Whether any probe needs the kernel: an agent that only replays or decodes loads nothing. */
function usesKernel({ probes }: Plan): boolean {
  return probes.some(
    ({ definition: { requires } }) => (requires.features?.length ?? 0) + (requires.anyOf?.length ?? 0) > 0,
  );
}
