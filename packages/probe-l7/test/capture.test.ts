import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProbeUnderTest, totalLost } from './support/probe-under-test.js';
import { type RecordedConnection, Recorder } from './support/recorder.js';
import { Programs, pattern } from './support/traffic.js';

const METHODS = (process.env['SONDE_CAPTURE']?.split(',') ?? ['socket']) as ('socket' | 'syscall')[];

const programs = new Programs();
let traffic: string;

beforeAll(() => {
  traffic = programs.compile('traffic');
});
afterAll(() => programs.close());

async function record(method: 'socket' | 'syscall', args: readonly (string | number)[]) {
  const recorder = new Recorder();
  const probe = await ProbeUnderTest.start({ options: { capture: method }, sink: recorder });
  try {
    const program = programs.start(traffic, args.map(String));
    await program.reaches('ready');
    probe.observe(program.pid);
    program.goOn();
    await program.reaches('done');
    probe.drain();
    await program.end();
    probe.drain();
  } finally {
    const stats = await probe.stop();
    expect(probe.faults).toEqual([]);
    expect(totalLost(stats)).toBe(0);
  }
  return recorder;
}

/** Every byte of a direction is accounted for, once and in its place; `seen` ones were captured. */
function expectWhole(connection: RecordedConnection, outgoing: boolean, total: number, seen = true) {
  let position = 0;
  for (const chunk of connection.way(outgoing)) {
    expect(chunk.position).toBe(position);
    expect(chunk.text).toBe(seen ? pattern(position, chunk.length) : '');
    position += chunk.length;
  }
  expect(position).toBe(total);
}

const side = (role: 'client' | 'server') => (connection: RecordedConnection) => connection.info.role === role;

describe.each(METHODS)('%s capture', (method) => {
  describe.each(['tcp4', 'tcp6', 'unix'])('%s', (transport) => {
    it.each([
      ['write', 'read'],
      ['writev', 'readv'],
      ['pwritev2', 'preadv2'],
      ['send', 'recv'],
      ['sendto', 'recvfrom'],
      ['sendmsg', 'recvmsg'],
      ['sendmmsg', 'recvmmsg'],
      ['write', 'peek'],
    ])('sees every byte of %s and %s', async (send, receive) => {
      const recorder = await record(method, [transport, send, receive, 300, 5]);
      expect(recorder.connections).toHaveLength(2);
      for (const role of ['client', 'server'] as const) {
        const connection = recorder.only(side(role));
        expectWhole(connection, true, 1500);
        expectWhole(connection, false, 1500);
        expect(connection.info.fromStart).toBe(true);
        expect(connection.info.protocol).toBe('sonde');
      }
    });
  });
});
