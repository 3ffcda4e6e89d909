import { appendFileSync } from 'node:fs';
import { defineExporter, defineProbe, defineProtocol, type Message } from '@sonde/core';
import { z } from 'zod';

interface Word extends Message {
  text: string;
}

/** Requests and responses of one byte. */
export const bytes = defineProtocol<Word>({
  apiVersion: 1,
  name: 'bytes',
  description: 'Single bytes',
  support: { versions: ['1'], limits: [] },
  detect: { rules: [{ direction: 'request', match: [{ offset: 0, bytes: '?' }] }] },
  match: 'fifo',
  metric: { name: 'bytes.{side}.duration' },
  module: import.meta.url,
  exportName: 'bytes',
  createStream: (direction, context) => ({
    read(input) {
      if (input.end === input.start) return 0;
      context.emit({ kind: direction, text: String.fromCharCode(input.bytes[input.start]!) });
      return 1;
    },
  }),
  describe: (request, response) => ({ name: request.text, status: response?.text ?? null, error: null }),
});

/** Delivers exchanges, keeps its thread busy, breaks down: as its options say. */
export const steady = defineProbe({
  name: 'steady',
  version: '1.0.0',
  apiVersion: 1,
  description: 'For tests',
  requires: {},
  options: z.object({
    /** Exchanges of each turn, every 10 ms. */
    exchanges: z.number().default(0),
    /** Milliseconds of each turn that the thread is kept busy. */
    busyMs: z.number().default(0),
    /** Throws out of a timer after so many milliseconds. */
    crashMs: z.number().optional(),
    /** File that is told of start and stop. */
    log: z.string(),
  }),
  module: import.meta.url,
  exportName: 'steady',
  create({ connections, clock }, { exchanges, busyMs, crashMs, log }) {
    let timer: NodeJS.Timeout | undefined;
    let events = 0;
    const connection = connections.open({
      transport: 'tcp',
      role: 'client',
      observed: true,
      local: { address: '127.0.0.1', port: 1 },
      remote: { address: '127.0.0.1', port: 2 },
      pid: 0,
      fromStart: true,
      protocol: null,
    });
    const positions = { sent: 0, received: 0 };
    const send = (outgoing: boolean, text: string) => {
      const memory = new TextEncoder().encode(text);
      connections.data(connection, {
        outgoing,
        position: outgoing ? positions.sent++ : positions.received++,
        length: 1,
        bytes: memory,
        view: new DataView(memory.buffer),
        start: 0,
        end: 1,
        at: clock.now(),
        pid: 0,
        tid: 0,
        unit: 0,
        sequence: -1,
      });
      events++;
    };
    const turn = () => {
      for (let n = 0; n < exchanges; n++) {
        send(true, '?');
        send(false, '!');
      }
      const end = performance.now() + busyMs;
      while (performance.now() < end);
    };
    return {
      async start() {
        appendFileSync(log, 'start\n');
        timer = setInterval(turn, 10);
        if (crashMs !== undefined) {
          setTimeout(() => {
            throw new Error('thrown where nobody catches');
          }, crashMs);
        }
      },
      async stop() {
        clearInterval(timer);
        appendFileSync(log, 'stop\n');
      },
      stats: () => ({ events, lost: {}, programs: [] }),
    };
  },
});

/** Needs the kernel, so that processes are followed by its programs. */
export const kernel = defineProbe({
  name: 'kernel',
  version: '1.0.0',
  apiVersion: 1,
  description: 'For tests',
  requires: { features: ['tp_btf', 'ringbuf'] },
  options: z.object({}),
  module: import.meta.url,
  exportName: 'kernel',
  create: ({ targets }) => ({
    async start() {
      if (targets.map === null) throw new Error('no map of targets');
    },
    async stop() {},
  }),
});

/** Says where it is, and counts what it gets into a file. */
export const counter = defineExporter({
  name: 'counter',
  version: '1.0.0',
  apiVersion: 1,
  description: 'For tests',
  options: z.object({ file: z.string() }),
  module: import.meta.url,
  exportName: 'counter',
  create(_dependencies, { file }) {
    let count = 0;
    return {
      async start() {},
      exchange: () => count++,
      async stop() {
        appendFileSync(file, `${count}\n`);
      },
      address: () => 'file:counter',
    };
  },
});

/** A probe that no worker can find. */
export const homeless = defineProbe({
  name: 'homeless',
  version: '1.0.0',
  apiVersion: 1,
  description: 'For tests',
  requires: {},
  options: z.object({}),
  create: () => ({ start: async () => {}, stop: async () => {} }),
});
