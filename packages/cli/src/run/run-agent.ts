import {
  type Agent,
  type AgentOptions,
  type AgentStats,
  createAgent,
  type Diagnostic,
  formatSelector,
} from '@sonde/core';
import { ExitStatus } from '../exit-status.js';
import { onStdoutEnd } from '../output/stdout-fault.js';
import { checkStatsFile, writeStats } from '../stats/write-stats.js';
import { warn } from '../terminal.js';
import { checkPids, unmatchedSelectors } from './check-targets.js';
import { ChildCommand } from './child-command.js';
import { Ending, type EndReason } from './ending.js';
import { findCommand } from './find-command.js';
import { silenceLine } from './silence.js';

/** How an agent is run. */
export interface RunAgentOptions {
  agent: AgentOptions;
  command: readonly string[] | null;
  /** Milliseconds. */
  duration: number | undefined;
  /** File for the statistics. */
  stats: string | undefined;
  /** More for the `ready` line. */
  ready?: string;
  /** More for the statistics. */
  moreStats?(): Record<string, unknown>;
  /** Called when everything is attached; `end` ends the agent early. */
  onStart?(agent: Agent, end: (reason: EndReason) => void): void;
  /** Called with the agent's final account, before the statistics are written. */
  onStop?(stats: AgentStats): void;
}

/** A command gets so long to end after a signal. */
const CHILD_MS = 10_000;

/**
 * Starts an agent, says `ready`, and ends it by a signal, after a time, when its command ends, or when nobody reads
 * stdout any more. What was captured is drained first.
 *
 * @returns the exit status: the command's, where there is one.
 * @throws ConfigurationError, CapabilityError, CommandError when the agent can't be started.
 */
export async function runAgent(options: RunAgentOptions): Promise<number> {
  if (options.stats !== undefined) checkStatsFile(options.stats);
  checkPids(options.agent.targets ?? []);
  if (options.command !== null) findCommand(options.command[0] ?? '');
  const child = options.command === null ? null : await ChildCommand.start(options.command);
  const ending = new Ending((signal) => forward(signal, child));
  onStdoutEnd((fault) => ending.end(fault === null ? 'closed-pipe' : 'fault'));
  let agent: Agent | null = null;
  try {
    const targets = [...(options.agent.targets ?? []), ...(child === null ? [] : [`pid=${child.pid}`])];
    // Counting costs some nanoseconds a run: only where somebody asks.
    const programStats = options.agent.programStats ?? options.stats !== undefined;
    agent = await createAgent({ ...options.agent, targets, programStats });
    return await observe(agent, child, ending, options);
  } finally {
    child?.abandon();
    await agent?.stop();
    ending.release();
  }
}

async function observe(agent: Agent, child: ChildCommand | null, ending: Ending, options: RunAgentOptions) {
  let fault: Error | null = null;
  agent.on('diagnostic', report);
  agent.on('probe-fault', ({ probe, error, retryMs }) => {
    warn(`warning: probe ${probe} failed: ${error.message}; it is started again in ${(retryMs / 1000).toFixed(1)} s`);
  });
  agent.on('fault', (error) => {
    fault = error;
    ending.end('fault');
  });
  options.onStart?.(agent, (reason) => ending.end(reason));
  warn(readyLine(agent, options, child));
  const unmatched = unmatchedSelectors(options.agent.targets ?? []);
  if (unmatched.length > 0) warn(`warning: no process matches ${unmatched.join(', ')} yet`);
  child?.release();
  if (options.duration !== undefined) ending.after(options.duration);
  void child?.status.then(() => ending.end('command'));
  const reason = await ending.promise;
  const status = await childStatus(child, reason);
  // What probes observe elsewhere can't be asked of them when they have stopped.
  const snapshot = await agent.snapshot();
  await agent.stop();
  const stats = await agent.stats();
  const silence = reason === 'fault' ? null : silenceLine(stats, snapshot, options.agent.probes ?? []);
  if (silence !== null) warn(silence);
  options.onStop?.(stats);
  if (options.stats !== undefined) writeStats(options.stats, { ...stats, ...options.moreStats?.() });
  if (fault !== null) throw fault;
  return status;
}

/** `ready` begins the one line that scripts wait for. */
function readyLine(
  agent: Agent,
  { agent: { probes, targets }, command, ready }: RunAgentOptions,
  child: ChildCommand | null,
): string {
  const names = (probes ?? []).map((probe) => probe.definition.name).join(', ');
  const chosen = (targets ?? []).map((target) => (typeof target === 'string' ? target : formatSelector(target)));
  if (child !== null) chosen.push(`pid=${child.pid} (${command?.[0]})`);
  const addresses = Object.entries(agent.addresses).map(([name, address]) => `${name} at ${address}`);
  const parts = [`probes ${names}`, `observing ${chosen.join(' ') || 'everything'}`, ...addresses];
  return `ready: ${parts.join('; ')}${ready ? `; ${ready}` : ''}`;
}

function report({ level, message, fields }: Diagnostic): void {
  if (level === 'debug') return;
  const more = fields.hint ? ` (${fields.hint})` : '';
  warn(level === 'info' ? `${message}${more}` : `${level === 'warn' ? 'warning' : level}: ${message}${more}`);
}

/** At a terminal Ctrl-C has reached the command already. */
function forward(signal: NodeJS.Signals, child: ChildCommand | null): void {
  if (signal !== 'SIGINT' || !process.stdin.isTTY) child?.signal(signal);
}

/** Ends the command where something else ended first. */
async function childStatus(child: ChildCommand | null, reason: EndReason): Promise<number> {
  const own = reason === 'fault' ? ExitStatus.fault : ExitStatus.ok;
  if (child === null) return own;
  if (reason === 'command') return child.status;
  if (reason !== 'signal') child.signal('SIGTERM');
  const timer = setTimeout(() => child.signal('SIGKILL'), CHILD_MS);
  const status = await child.status;
  clearTimeout(timer);
  return reason === 'signal' ? status : own;
}
