#!/usr/bin/env node
import { bpf2ts } from './command.js';

process.exitCode = bpf2ts(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  error: (text) => process.stderr.write(text),
});
