import { arch, hostname } from 'node:os';
import { type Attributes, type ProcessInfo, SEMCONV } from '@sonde/core';
import packageJson from '../package.json' with { type: 'json' };
import { keyValues } from './key-values.js';
import type { OtlpResource, Scope } from './otlp-model.js';

/** What made the spans and metrics. */
export const SCOPE: Scope = { name: 'sonde', version: packageJson.version };

/** Most processes whose resource is kept ready. */
const CACHE_SIZE = 1024;
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', ia32: 'x86', arm: 'arm32', s390: 's390x' };

const HOST: Attributes = {
  [SEMCONV.HOST_NAME]: hostname(),
  [SEMCONV.HOST_ARCH]: ARCHITECTURES[arch()] ?? arch(),
  [SEMCONV.OS_TYPE]: process.platform,
  [SEMCONV.TELEMETRY_SDK_NAME]: 'sonde',
  [SEMCONV.TELEMETRY_SDK_LANGUAGE]: 'nodejs',
  [SEMCONV.TELEMETRY_SDK_VERSION]: packageJson.version,
};

/** Makes the resources of spans (the observed process) and of metrics (the agent). */
export class Resources {
  readonly #common: Attributes;
  readonly #service: string;
  readonly #byProcess = new Map<string, OtlpResource>();

  /** @param extra attributes of every resource; `service.name` among them is the agent's own */
  constructor(extra: Attributes) {
    const { [SEMCONV.SERVICE_NAME]: service, ...common } = extra;
    this.#common = { ...HOST, ...common };
    this.#service = typeof service === 'string' && service !== '' ? service : 'sonde';
  }

  /** The agent itself. */
  agent(): OtlpResource {
    return {
      attributes: keyValues({
        [SEMCONV.SERVICE_NAME]: this.#service,
        [SEMCONV.SERVICE_INSTANCE_ID]: `${hostname()}:${process.pid}`,
        [SEMCONV.PROCESS_PID]: process.pid,
        ...this.#common,
      }),
    };
  }

  /** An observed process: the same object for the same process, so that spans can be grouped by it. */
  of(observed: ProcessInfo | null): OtlpResource {
    const key = observed === null ? '' : identityOf(observed);
    let resource = this.#byProcess.get(key);
    if (!resource) {
      if (this.#byProcess.size >= CACHE_SIZE) this.#byProcess.clear();
      resource = { attributes: keyValues({ ...this.#process(observed), ...this.#common }) };
      this.#byProcess.set(key, resource);
    }
    return resource;
  }

  #process(observed: ProcessInfo | null): Attributes {
    // The name that OpenTelemetry gives to a service that nobody named.
    if (observed === null) return { [SEMCONV.SERVICE_NAME]: 'unknown_service' };
    const attributes: Attributes = {
      [SEMCONV.SERVICE_NAME]: observed.service ?? observed.name ?? 'unknown_service',
      [SEMCONV.SERVICE_INSTANCE_ID]: `${hostname()}:${observed.pid}`,
      [SEMCONV.PROCESS_PID]: observed.pid,
    };
    if (observed.name !== null) attributes[SEMCONV.PROCESS_EXECUTABLE_NAME] = observed.name;
    if (observed.container !== null) attributes[SEMCONV.CONTAINER_ID] = observed.container;
    if (observed.pod) attributes[SEMCONV.K8S_POD_UID] = observed.pod;
    return attributes;
  }
}

/** Pids are used again, and processes call `exec`: a pid alone is no identity. */
function identityOf({ pid, name, service, container }: ProcessInfo): string {
  return `${pid} ${container ?? ''} ${name ?? ''} ${service ?? ''}`;
}
