import type { Exporter } from '@sonde/core';
import { Option } from 'commander';
import { jsonl } from '../exporters/jsonl.js';
import { pretty } from '../exporters/pretty.js';
import { parseListen } from '../options.js';
import { makeExporter } from '../plugins/load-factory.js';
import type { AddCommand } from '../program.js';
import { type AgentCommandOptions, addAgentOptions, SELECTORS } from '../run/agent-options.js';
import { composeAgent } from '../run/compose.js';
import { runAgent } from '../run/run-agent.js';

const EXAMPLES = `${SELECTORS}

Requests are read as they pass sockets: TLS is not read, nor what else is encrypted.

stdout carries data only. stderr carries a line that begins with 'ready' when everything is attached, then warnings.
SIGINT, SIGTERM and SIGHUP drain what was captured and end with 0.

Examples:
  sonde run --target comm=nginx --target port=6379
  sonde run --output pretty --prometheus 127.0.0.1:9464
  sonde run --duration 10s --stats stats.json > requests.jsonl
  sonde run -- npm test`;

interface RunOptions extends AgentCommandOptions {
  output: 'jsonl' | 'pretty' | 'otlp' | 'none';
  prometheus?: { host: string; port: number };
}

/** `sonde run`: an agent. */
export const addRunCommand: AddCommand = (program, invocation) => {
  const command = program
    .command('run')
    .description('Observe running programs, or a command, and print the requests that they send and answer.')
    .usage('[options] [-- COMMAND ARG…]')
    .argument('[words...]');
  addAgentOptions(command)
    .addOption(
      new Option('--output <form>', 'form of the output; otlp sends it to OTEL_EXPORTER_OTLP_ENDPOINT')
        .choices(['jsonl', 'pretty', 'otlp', 'none'])
        .default('jsonl'),
    )
    .option('--no-mask', 'show SQL literals, credentials and payload values as they are')
    .option(
      '--prometheus <[host:]port>',
      'serve metrics to Prometheus; without a host at 127.0.0.1, at a free port for 0',
      parseListen,
    )
    .addHelpText('after', EXAMPLES)
    .action(async (words: string[], options: RunOptions) => {
      if (words.length > 0) command.error(`error: a command stands behind '--': sonde run -- ${words.join(' ')}`);
      const agent = await composeAgent(options, invocation.command);
      const exporters = [...(agent.exporters ?? []), ...(await chooseExporters(options))];
      invocation.status = await runAgent({
        agent: { ...agent, exporters },
        command: invocation.command,
        duration: options.duration,
        stats: options.stats,
      });
    });
};

async function chooseExporters({ output, prometheus }: RunOptions): Promise<Exporter[]> {
  const exporters: Exporter[] = [];
  if (output === 'jsonl') exporters.push(jsonl());
  if (output === 'pretty') exporters.push(pretty());
  if (output === 'otlp') exporters.push(await makeExporter('otlp'));
  if (prometheus) exporters.push(await makeExporter('prometheus', prometheus));
  return exporters;
}
