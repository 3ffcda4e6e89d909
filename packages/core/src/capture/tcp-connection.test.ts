import { describe, expect, it } from 'vitest';
import { CaptureClock } from './capture-clock.js';
import { CaptureReader } from './capture-reader.js';
import { pcapOf, readBytes, readConnection, type TimedPacket } from './fake-capture.js';
import { ipv4, type TcpFields, tcp } from './fake-packets.js';
import { FakeSink } from './fake-sink.js';

const CLIENT = 1000;
const SERVER = 9000;

/** From the client; its ISN is 999. */
const out = (at: number, fields: TcpFields): TimedPacket => [at, ipv4(tcp(fields))];
/** From the server; its ISN is 8999. */
const back = (at: number, fields: TcpFields): TimedPacket => [
  at,
  ipv4(tcp({ from: 80, to: 4000, ...fields }), { source: '10.0.0.2', destination: '10.0.0.1' }),
];
const handshake: TimedPacket[] = [
  out(0, { sequence: CLIENT - 1, flags: 'S' }),
  back(1, { sequence: SERVER - 1, acknowledgment: CLIENT, flags: 'S' }),
  out(2, { sequence: CLIENT, acknowledgment: SERVER }),
];
const ask = (at: number, payload: string, offset = 0, acknowledged = 0) =>
  out(at, { sequence: CLIENT + offset, acknowledgment: SERVER + acknowledged, payload });
const answer = (at: number, payload: string, offset = 0, acknowledged = 0) =>
  back(at, { sequence: SERVER + offset, acknowledgment: CLIENT + acknowledged, payload });

describe('a TCP connection', () => {
  it('is told with its client, from the SYN, and from its first byte', () => {
    const connection = readConnection([...handshake, ask(3, 'hello'), answer(4, 'world', 0, 5)]);
    expect(connection.info).toMatchObject({
      transport: 'tcp',
      role: 'client',
      observed: false,
      fromStart: true,
      local: { address: '10.0.0.1', port: 4000 },
      remote: { address: '10.0.0.2', port: 80 },
    });
    expect(connection.chunks).toMatchObject([
      { outgoing: true, position: 0, text: 'hello', at: 3e6, sequence: CLIENT },
      { outgoing: false, position: 0, text: 'world', at: 4e6, sequence: SERVER },
    ]);
  });

  it('whose SYN was missed is known by the answer to it', () => {
    const connection = readConnection([...handshake.slice(1), answer(3, 'hi'), ask(4, 'yo', 0, 2)]);
    expect(connection.info).toMatchObject({ role: 'client', fromStart: true, local: { port: 4000 } });
    expect(connection.dialogue()).toEqual(['< hi', '> yo']);
  });

  it('that was joined in mid-connection has no role, and its local end is the one seen first', () => {
    const connection = readConnection([answer(1, 'late', 500, 20), ask(2, 'next', 20, 504)]);
    expect(connection.info).toMatchObject({ role: null, fromStart: false, local: { port: 80 } });
    expect(connection.stream(true)).toBe('late');
    expect(connection.stream(false)).toBe('next');
  });

  it('whose ends acknowledge what each has not sent yet is delivered all the same', () => {
    const connection = readConnection([...handshake, ask(3, 'abc', 0, 5), answer(4, 'hello', 0, 3)]);
    expect([connection.stream(true), connection.stream(false)]).toEqual(['abc', 'hello']);
  });

  it('whose answer to the SYN comes late begins where the earliest acknowledgment says', () => {
    const [syn, synAck, ack] = handshake as [TimedPacket, TimedPacket, TimedPacket];
    const connection = readConnection([
      syn,
      ask(1, 'q1', 2, 2),
      answer(2, 'a1', 2, 4),
      ask(3, 'q0', 0, 0),
      answer(4, 'a0', 0, 2),
      [5, synAck[1]],
      [6, ack[1]],
    ]);
    expect(connection.dialogue()).toEqual(['> q0', '< a0', '> q1', '< a1']);
  });

  it('is put in order, and late bytes keep the time at which they could be read', () => {
    const connection = readConnection([...handshake, ask(3, 'ccc', 6), ask(4, 'bbb', 3), ask(5, 'aaa', 0)]);
    expect(connection.stream(true)).toBe('aaabbbccc');
    expect(connection.chunks.map(({ at }) => at)).toEqual([5e6, 5e6, 5e6]);
  });

  it('loses nothing and repeats nothing when segments overlap', () => {
    const connection = readConnection([
      ...handshake,
      ask(3, 'abcd', 0),
      ask(4, 'abcd', 0),
      ask(5, 'cdef', 2),
      ask(6, 'efgh', 4),
      ask(7, 'b', 1),
    ]);
    expect(connection.stream(true)).toBe('abcdefgh');
  });

  it('keeps the first of two versions when what waits overlaps', () => {
    const connection = readConnection([...handshake, ask(3, 'efgh', 4), ask(4, 'cdEF', 2), ask(5, 'abcd', 0)]);
    expect(connection.stream(true)).toBe('abcdEFgh');
  });

  it('steps over the end of the sequence numbers', () => {
    const near = 2 ** 32 - 3;
    const connection = readConnection([
      out(0, { sequence: near - 1, flags: 'S' }),
      out(1, { sequence: near, payload: 'abcdef' }),
      out(2, { sequence: 3, payload: 'ghi' }),
      out(3, { sequence: near + 2, payload: 'cdef' }),
    ]);
    expect(connection.stream(true)).toBe('abcdefghi');
    expect(connection.chunks[1]).toMatchObject({ position: 6, sequence: 3 });
  });

  it('takes neither keep-alives nor repeated window probes for data', () => {
    const connection = readConnection([
      ...handshake,
      ask(3, 'abc'),
      out(4, { sequence: CLIENT + 2, acknowledgment: SERVER, payload: '\0' }),
      out(5, { sequence: CLIENT + 2, acknowledgment: SERVER }),
      ask(6, 'd', 3),
      ask(7, 'd', 3),
      ask(8, 'def', 3),
    ]);
    expect(connection.stream(true)).toBe('abcdef');
  });

  it('may carry data in its SYN', () => {
    const connection = readConnection([
      out(0, { sequence: CLIENT - 1, flags: 'S', payload: 'early' }),
      back(1, { sequence: SERVER - 1, acknowledgment: CLIENT + 5, flags: 'S' }),
      ask(2, ' bird', 5),
    ]);
    expect(connection.stream(true)).toBe('early bird');
    expect(connection.chunks[0]).toMatchObject({ position: 0, sequence: CLIENT });
  });

  it('is closed one direction after the other by FIN, once all bytes before it have come', () => {
    const connection = readConnection([
      ...handshake,
      out(3, { sequence: CLIENT + 3, acknowledgment: SERVER, payload: 'def', flags: 'F' }),
      ask(4, 'abc'),
      back(5, { sequence: SERVER, acknowledgment: CLIENT + 7, payload: 'ok', flags: 'F' }),
      out(6, { sequence: CLIENT + 7, acknowledgment: SERVER + 3 }),
    ]);
    expect(connection.dialogue()).toEqual(['> abc', '> def', '< ok']);
    expect(connection.closed).toEqual(['out', 'both']);
  });

  it('is closed at once by a reset, after what waited was delivered', () => {
    const connection = readConnection([
      ...handshake,
      ask(3, 'ab'),
      ask(4, 'ef', 4),
      back(5, { sequence: SERVER, acknowledgment: CLIENT + 2, flags: 'R' }),
      ask(6, 'too late', 6),
    ]);
    expect(connection.stream(true)).toBe('ab[2]ef');
    expect(connection.closed).toEqual(['both']);
  });

  it('ignores a reset whose number lies far away', () => {
    const connection = readConnection([
      ...handshake,
      ask(3, 'ab'),
      out(4, { sequence: CLIENT + 2 ** 31, flags: 'R' }),
      ask(5, 'cd', 2),
    ]);
    expect(connection.stream(true)).toBe('abcd');
    expect(connection.closed).toEqual([]);
  });
});

describe('missing segments', () => {
  it('are a gap of known length once the receiver has acknowledged them and some packets have passed', () => {
    const packets = [
      ...handshake,
      ask(3, 'abc'),
      ask(5, 'ghi', 6),
      back(6, { sequence: SERVER, acknowledgment: CLIENT + 9 }),
    ];
    for (let more = 0; more < 40; more++) packets.push(ask(7 + more, 'x', 9 + more));
    const { connections, stats } = readBytes(pcapOf(packets));
    expect(connections[0]!.stream(true)).toBe(`abc[3]ghi${'x'.repeat(40)}`);
    expect(stats.tcp).toMatchObject({ gaps: 1, missingBytes: 3 });
    // It was told long before the capture ended.
    expect(connections[0]!.chunks[1]!.at).toBe(5e6);
  });

  it('that nobody has acknowledged are waited for: they are sent again', () => {
    const packets = [...handshake, ask(3, 'abc')];
    for (let more = 0; more < 100; more++) packets.push(ask(4 + more, 'x', 6 + more));
    packets.push(ask(300, 'def', 3));
    const { connections, stats } = readBytes(pcapOf(packets));
    expect(connections[0]!.stream(true)).toBe(`abcdef${'x'.repeat(100)}`);
    expect(stats.tcp.gaps).toBe(0);
  });

  it('are not waited for longer than memory allows', () => {
    const payload = 'y'.repeat(60_000);
    const packets = Array.from({ length: 80 }, (_, index) => ask(4 + index, payload, 10 + index * 60_000));
    const sink = new FakeSink();
    const reader = new CaptureReader({ connections: sink, clock: new CaptureClock() });
    reader.push(pcapOf([...handshake, ...packets.slice(0, 60)]));
    expect(sink.connections).toEqual([]);
    reader.push(pcapOf(packets.slice(60)).subarray(24));
    expect(sink.connections[0]!.stream(true)).toBe(`[10]${payload.repeat(80)}`);
  });

  it('of a request are told before its answer, which acknowledges them', () => {
    const connection = readConnection([...handshake, answer(4, 'answer', 0, 20), ask(5, 'second', 20, 6)]);
    expect(connection.dialogue()).toEqual(['> [20]', '< answer', '> second']);
    expect(connection.chunks[0]!.at).toBe(4e6);
  });

  it('of an answer are told where only the next request proves them, also in mid-connection', () => {
    const connection = readConnection([ask(1, 'one'), ask(2, 'two', 3, 50), answer(3, 'second', 50, 6)]);
    expect(connection.dialogue()).toEqual(['> one', '< [50]', '> two', '< second']);
  });

  it('that are only captured late are put in their place', () => {
    const connection = readConnection([...handshake, answer(4, 'answer', 0, 7), ask(4.1, 'request')]);
    expect(connection.dialogue()).toEqual(['> request', '< answer']);
    expect(connection.chunks.map(({ at }) => at)).toEqual([4.1e6, 4.1e6]);
  });

  it('are not made up of a FIN that was missed', () => {
    const connection = readConnection([
      ...handshake,
      ask(3, 'bye'),
      back(4, { sequence: SERVER, acknowledgment: CLIENT + 4, flags: 'F' }),
    ]);
    expect(connection.stream(true)).toBe('bye');
    expect(connection.closed).toEqual(['out', 'both']);
  });

  it('do not shift positions', () => {
    const connection = readConnection([...handshake, ask(3, 'abc'), ask(4, 'z', 1_000_000)]);
    expect(connection.chunks[1]).toMatchObject({ position: 1_000_000, sequence: CLIENT + 1_000_000, text: 'z' });
  });

  it('of a capture with a snap length are the tail of each chunk', () => {
    const whole = ipv4(tcp({ sequence: CLIENT, payload: 'abcdefgh' }));
    const connection = readConnection([
      [0, ipv4(tcp({ sequence: CLIENT - 1, flags: 'S' }))],
      [1, whole.subarray(0, whole.length - 5), whole.length],
      [2, ipv4(tcp({ sequence: CLIENT + 8, payload: 'next' }))],
    ]);
    expect(connection.stream(true)).toBe('abc[5]next');
    expect(connection.chunks[0]).toMatchObject({ length: 8, text: 'abc' });
  });
});

describe('ports that are used again', () => {
  it('make another connection at a SYN with another number', () => {
    const { connections } = readBytes(
      pcapOf([
        ...handshake,
        ask(3, 'first'),
        out(100, { sequence: 5_000_000, flags: 'S' }),
        out(101, { sequence: 5_000_001, payload: 'second' }),
      ]),
    );
    expect(connections.map((connection) => connection.stream(true))).toEqual(['first', 'second']);
    expect(connections[0]!.closed).toEqual(['both']);
  });

  it('make none at a SYN that is sent again', () => {
    const connection = readConnection([
      ...handshake.slice(0, 1),
      ...handshake,
      ask(3, 'one'),
      handshake[0]!,
      ask(9, 'two', 3),
    ]);
    expect(connection.stream(true)).toBe('onetwo');
  });

  it('make another connection where the SYN was missed, when the numbers lie far apart', () => {
    const { connections } = readBytes(
      pcapOf([...handshake, ask(3, 'first'), out(100, { sequence: CLIENT + 2 ** 31, payload: 'second' })]),
    );
    expect(connections.map((connection) => connection.stream(true))).toEqual(['first', 'second']);
  });

  it('make none of what is sent late after the end', () => {
    const { connections } = readBytes(
      pcapOf([
        ...handshake,
        out(3, { sequence: CLIENT, acknowledgment: SERVER, payload: 'x', flags: 'F' }),
        back(4, { sequence: SERVER, acknowledgment: CLIENT + 2, flags: 'F' }),
        ask(5, 'x', 0),
        back(6, { sequence: SERVER + 1, acknowledgment: CLIENT + 2, flags: 'R' }),
      ]),
    );
    expect(connections).toHaveLength(1);
    expect(connections[0]!.stream(true)).toBe('x');
  });
});

describe('many connections', () => {
  it('are held up to a limit, and those that are closed or idle go first', () => {
    const packets: TimedPacket[] = [];
    for (let port = 1; port <= 50; port++) {
      packets.push([port, ipv4(tcp({ from: port, sequence: 1, payload: 'a' }))]);
    }
    const { connections, stats } = readBytes(pcapOf(packets), { maxConnections: 10 });
    expect(connections).toHaveLength(50);
    expect(stats.tcp.evicted).toBe(40);
    expect(connections.filter(({ closed }) => closed.length === 0)).toHaveLength(10);
  });
});
