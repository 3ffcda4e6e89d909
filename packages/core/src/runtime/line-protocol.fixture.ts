import { z } from 'zod';
import type {
  Chunk,
  ConnectionSink,
  Message,
  Probe,
  ProbeDependencies,
  ProbeInstance,
  ProbeStats,
} from '../contracts/index.js';
import { defineProbe } from '../define.js';
import { defineProtocol } from '../define-protocol.js';

interface Line extends Message {
  text: string;
}

/** A protocol of lines: `?word` is asked, `!word` or `-word` answers. */
export const lines = defineProtocol<Line>({
  apiVersion: 1,
  name: 'lines',
  description: 'Lines, for tests',
  support: { versions: ['1'], limits: [] },
  detect: { rules: [{ direction: 'request', match: [{ offset: 0, bytes: '?' }] }] },
  match: 'fifo',
  metric: { name: 'lines.{side}.duration' },
  createStream: (direction, context) => ({
    read(input) {
      const end = input.bytes.subarray(0, input.end).indexOf(0x0a, input.start);
      if (end < 0) return 0;
      const text = Buffer.from(input.bytes.subarray(input.start, end)).toString();
      context.emit({ kind: direction, text });
      return end + 1 - input.start;
    },
  }),
  describe: (request, response) => ({
    name: request.text.slice(1),
    status: response?.text.slice(1) ?? null,
    error: response?.text.startsWith('-') ? response.text.slice(1) : null,
  }),
});

/** A probe that delivers what a test tells it to. */
export class ScriptedProbe implements ProbeInstance {
  /** The last one that was made. */
  static last: ScriptedProbe;
  static log: string[] = [];
  readonly name: string;
  readonly dependencies: ProbeDependencies;
  account: ProbeStats = { events: 0, lost: {}, programs: [] };

  constructor(name: string, dependencies: ProbeDependencies) {
    this.name = name;
    this.dependencies = dependencies;
    ScriptedProbe.last = this;
  }

  async start(): Promise<void> {
    ScriptedProbe.log.push(`start ${this.name}`);
  }

  async stop(): Promise<void> {
    ScriptedProbe.log.push(`stop ${this.name}`);
  }

  stats(): ProbeStats {
    return this.account;
  }

  /** One request with its answer on a connection of its own. */
  exchange(question: string, answer: string, sink: ConnectionSink = this.dependencies.connections): void {
    const connection = sink.open({
      transport: 'tcp',
      role: 'server',
      observed: true,
      local: { address: '127.0.0.1', port: 80 },
      remote: { address: '127.0.0.1', port: 40_000 },
      pid: process.pid,
      fromStart: true,
      protocol: null,
    });
    const at = this.dependencies.clock.now();
    sink.data(connection, chunk(false, `?${question}\n`, at));
    sink.data(connection, chunk(true, `${answer}\n`, at + 1000));
    sink.close(connection, at + 2000);
    this.account.events += 2;
  }
}

function chunk(outgoing: boolean, text: string, at: number): Chunk {
  const bytes = new TextEncoder().encode(text);
  return {
    outgoing,
    position: 0,
    length: bytes.length,
    bytes,
    view: new DataView(bytes.buffer),
    start: 0,
    end: bytes.length,
    at,
    pid: process.pid,
    tid: process.pid,
    unit: 0,
    sequence: -1,
  };
}

/** Probe `scripted` (or another name): options `fail` and `text` say what it does at its start. */
export function scripted(name = 'scripted', planes: { provides?: string[]; needs?: string[] } = {}) {
  return defineProbe({
    name,
    version: '1.0.0',
    apiVersion: 1,
    description: 'Does what a test says',
    requires: {},
    options: z.object({ fail: z.boolean().default(false), text: z.string().optional() }),
    protocols: [lines],
    ...planes,
    create: (dependencies, { fail }) => {
      const probe = new ScriptedProbe(name, dependencies);
      if (fail) {
        probe.start = async () => {
          throw new Error(`${name} can't start`);
        };
      }
      return probe;
    },
  }) as (options?: { fail?: boolean; text?: string }) => Probe;
}
