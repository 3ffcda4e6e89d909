import { InvalidArgumentError, Option } from 'commander';
import { decodeFiles } from '../decode/decode-files.js';
import { collect, collectList, collectPortHint } from '../options.js';
import type { AddCommand } from '../program.js';

const EXAMPLES = `
A line is a JSON object: protocol, start, durationNs, side, client, server, process, request, response, status, error,
tcp, trace, attributes. With several files each line also names its file. '-' reads standard input.

Examples:
  sonde decode capture.pcap
  tcpdump -w - port 6379 | sonde decode -
  sonde decode a.pcapng b.pcap.gz --protocol http1,redis --stats stats.json
  sonde decode --port 8080=http1 --parser ./my-protocol.js capture.pcap`;

/** `sonde decode`: exchanges in capture files, without privileges. */
export const addDecodeCommand: AddCommand = (program, invocation) => {
  program
    .command('decode')
    .description('Print the exchanges in capture files (pcap, pcapng, also gzipped). Needs no privileges.')
    .argument('<file...>', 'capture files')
    .option('--parser <package>', 'a protocol plugin: package or path; may be given several times', collect)
    .option('--protocol <names>', 'print these protocols only: http1,redis', collectList)
    .option('--port <port=protocol>', 'what a server port speaks, instead of recognising it', collectPortHint)
    .option('--no-mask', 'show SQL literals, credentials and payload values as they are')
    .addOption(
      new Option('--output <form>', 'form of the output').choices(['jsonl', 'pretty', 'none']).default('jsonl'),
    )
    .option('--stats <file>', 'write what was seen and what was not as a JSON object; - is stderr')
    .addHelpText('after', EXAMPLES)
    .action(async (files: string[], options) => {
      if (files.filter((file) => file === '-').length > 1) throw new InvalidArgumentError("'-' can be given once.");
      invocation.status = await decodeFiles(files, options);
    });
};
