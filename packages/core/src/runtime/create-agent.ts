import { agentSchema } from '../config/agent-schema.js';
import { parseOptions } from '../config/options.js';
import type { Agent, AgentOptions } from '../contracts/index.js';
import type { EngineHost, EngineOptions } from './engine.js';
import { type EngineDriver, InlineDriver } from './engine-driver.js';
import { planAgent } from './plan.js';
import { RunningAgent } from './running-agent.js';
import { chooseWorker, type WorkerChoice } from './worker/choose-worker.js';
import { WorkerDriver } from './worker/worker-driver.js';

/**
 * Makes an agent and starts it: resolves when everything is attached.
 *
 * Everything that can be checked is checked before anything starts, and if anything fails to start, nothing is left.
 *
 * @throws ConfigurationError for options, selectors or plugins that can't work (`UNKNOWN_OPTION`, `INVALID_OPTION`,
 * `SELECTOR_INVALID`, `PLUGIN_INVALID`, `PLUGIN_VERSION`, `PLUGIN_DUPLICATE`, `PLANE_MISSING`, `PLANE_CYCLE`,
 * `WORKER_IMPOSSIBLE`)
 * @throws CapabilityError for what the kernel or the privileges lack (`FEATURE_MISSING`, and those of `@sonde/ebpf`)
 * @throws whatever a plugin throws that can't start
 */
export async function createAgent(options: AgentOptions): Promise<Agent> {
  parseOptions('agent', agentSchema, options);
  const plan = planAgent(options);
  const worker = await chooseWorker(options, plan);
  let driver!: EngineDriver;
  const agent = new RunningAgent((running) => {
    driver = makeDriver(engineOptions(options, plan), worker, running);
    return driver;
  });
  await driver.start();
  return agent;
}

function makeDriver(engine: EngineOptions, worker: WorkerChoice, agent: RunningAgent): EngineDriver {
  const host: EngineHost = {
    diagnostic: (line) => agent.diagnose(line),
    faulted: (fault) => agent.faulted(fault),
    restarted: (event) => agent.restarted(event),
  };
  if (worker.location !== null) {
    return new WorkerDriver({ engine, location: worker.location }, host, (error, report) => agent.broke(error, report));
  }
  if (worker.reason !== null) agent.diagnose({ level: 'info', message: worker.reason, fields: {} });
  return new InlineDriver(engine, host);
}

function engineOptions(options: AgentOptions, plan: EngineOptions['plan']): EngineOptions {
  return {
    plan,
    targets: options.targets ?? [],
    exclude: options.exclude ?? [],
    mask: options.mask ?? true,
    maxSeries: options.metrics?.maxSeries,
    programStats: options.programStats ?? false,
    overrides: options.overrides ?? [],
  };
}
