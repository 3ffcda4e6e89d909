import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { METHODS } from './support/capture-methods.js';
import { CaptureSession } from './support/capture-session.js';
import type { ProbeSettings } from './support/probe-under-test.js';
import type { Program } from './support/traffic.js';

describe.each(METHODS)('what is observed, by %s capture', (method) => {
  let session: CaptureSession;

  beforeEach(() => {
    session = new CaptureSession();
  });
  afterEach(() => session.close());

  const traffic = async (transport = 'tcp4') =>
    (await session.launch('traffic', transport, 'sendto', 'recvfrom', 64, 2, 2))!;

  /** Lets a program go on, without making it a target. */
  const proceed = async (program: Program, line: string) => {
    program.goOn();
    await program.reaches(line);
    session.probe.drain();
  };

  const start = (settings: Partial<ProbeSettings>) => session.start(method, {}, settings);

  it('is nobody, if nobody is chosen', async () => {
    await start({});
    await proceed(await traffic(), 'half');
    expect(session.recorder.connections).toEqual([]);
  });

  it('is everybody but those that are excluded, if nothing narrows the choice', async () => {
    await start({ all: true });
    const [seen, hidden] = [await traffic(), await traffic()];
    session.probe.observe(hidden.pid, 2);
    await proceed(hidden, 'half');
    await proceed(seen, 'half');
    expect(session.connectionsOf(seen)).toHaveLength(2);
    expect(session.connectionsOf(hidden)).toEqual([]);
  });

  it('ends and begins with a process being a target, in the middle of a connection', async () => {
    await start({});
    const program = await traffic();
    await session.watch(program, 'half');
    session.probe.observe(program.pid, 2);
    session.probe.drain();
    await proceed(program, 'done');
    for (const connection of session.connectionsOf(program)) expect(connection.way(true)).toHaveLength(2);
  });

  it.each(['tcp4', 'udp4', 'udp4c'])(
    'is a connection over %s with a chosen port, whoever has it',
    async (transport) => {
      await start({});
      const program = await traffic(transport);
      await session.watch(program, 'half');
      const port = session.connectionsOf(program)[0]!.info.local!.port!;
      await session.stop();
      await start({ ports: [port] });
      await proceed(program, 'done');
      expect(session.connectionsOf(program)).toHaveLength(2);
    },
  );

  it.each(['tcp4', 'udp4', 'udp4c'])(
    'is no connection over %s with an excluded port, whoever has it',
    async (transport) => {
      await start({});
      const program = await traffic(transport);
      await session.watch(program, 'half');
      const port = session.connectionsOf(program)[0]!.info.local!.port!;
      await session.stop();
      await start({ all: true, excludedPorts: [port] });
      await proceed(program, 'done');
      expect(session.connectionsOf(program)).toEqual([]);
    },
  );

  it('never is the agent itself', async () => {
    await start({ all: true });
    session.probe.observe(process.pid);
    const { createServer, connect } = await import('node:net');
    const server = createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    const client = connect(port, '127.0.0.1');
    client.write('SONDE-'.padEnd(64, '.'));
    await new Promise((resolve) => client.once('data', resolve));
    client.destroy();
    server.close();
    session.probe.drain();
    expect(session.recorder.connections.filter(({ info }) => info.pid === process.pid)).toEqual([]);
  });
});
