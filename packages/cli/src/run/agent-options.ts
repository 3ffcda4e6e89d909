import type { Command } from 'commander';
import { collect, collectList, parseDuration } from '../options.js';

/** Options that `run` and `record` share, as commander gives them. */
export interface AgentCommandOptions {
  config?: string;
  probe?: readonly string[];
  parser?: readonly string[];
  target?: readonly string[];
  exclude?: readonly string[];
  /** Milliseconds. */
  duration?: number;
  /** False by `--no-mask`. */
  mask?: boolean;
  stats?: string;
}

/** How to choose what is observed; part of the help. */
export const SELECTORS = `
A selector is pid=, comm=, exe=, port=, cgroup= or container=; several widen the choice. Without one, everything is
observed. With -- COMMAND, the command and its descendants are, and its exit status is passed on.`;

/** Adds the options that `run` and `record` share. */
export function addAgentOptions(command: Command): Command {
  return command
    .option('-c, --config <file>', 'configuration (default: sonde.config.ts, .js or .json, if there is one)')
    .option(
      '--probe <names>',
      'probes to run: l7,flowtracer (default: those of the configuration, else l7)',
      collectList,
    )
    .option('--parser <package>', 'a protocol plugin: package or path; may be given several times', collect)
    .option('--target <selector>', 'what to observe; may be given several times', collect)
    .option('--exclude <selector>', 'what to leave out; may be given several times', collect)
    .option('--duration <time>', 'end after this time: 500ms, 10s, 2m, 1h; without a unit, seconds', parseDuration)
    .option('--stats <file>', 'write events, losses, exchanges and costs as a JSON object at the end; - is stderr');
}
