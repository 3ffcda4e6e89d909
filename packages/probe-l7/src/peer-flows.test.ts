import type { ConnectionInfo } from '@sonde/core';
import { describe, expect, it } from 'vitest';
import { Recorder } from '../test/support/recorder.js';
import { peer as Peer } from './event.gen.js';
import { LentChunk } from './event-reader.js';
import { PeerFlows } from './peer-flows.js';

const SECOND = 1e9;

const socket: ConnectionInfo = {
  transport: 'udp',
  role: 'server',
  observed: true,
  local: { address: '0.0.0.0', port: 53 },
  remote: null,
  pid: 1,
  fromStart: true,
  protocol: 'dns',
};

/** A datagram of five bytes, to or from a peer, or one whose peer isn't known. */
function datagram(peer: [number[], number] | null, fields: Partial<LentChunk> = {}): LentChunk {
  const bytes = new Uint8Array(Peer.$size + 5);
  const view = new DataView(bytes.buffer);
  if (peer) {
    bytes.set(peer[0], 0);
    view.setUint16(Peer.$offsets.family, peer[0].length === 4 ? 2 : 10, true);
    view.setUint16(Peer.$offsets.port, peer[1], true);
  }
  bytes.set(Buffer.from('query'), Peer.$size);
  return Object.assign(new LentChunk(), {
    bytes,
    view,
    start: Peer.$size,
    end: bytes.length,
    length: 5,
    at: SECOND,
    peer: peer ? 0 : -1,
    ...fields,
  });
}

const remotes = (sink: Recorder) => sink.connections.map(({ info }) => info.remote);

describe('PeerFlows', () => {
  it('makes a connection of each peer, with positions of its own', () => {
    const sink = new Recorder();
    const flows = new PeerFlows(sink, socket);
    flows.data(datagram([[10, 0, 0, 1], 4000]));
    flows.data(datagram([[10, 0, 0, 2], 4000]));
    flows.data(datagram([[10, 0, 0, 1], 4001]));
    flows.data(datagram([[10, 0, 0, 1], 4000], { outgoing: true }));
    flows.data(datagram([[10, 0, 0, 1], 4000]));
    expect(remotes(sink)).toEqual([
      { address: '10.0.0.1', port: 4000 },
      { address: '10.0.0.2', port: 4000 },
      { address: '10.0.0.1', port: 4001 },
    ]);
    expect(sink.connections[0]!.chunks.map(({ outgoing, position }) => [outgoing, position])).toEqual([
      [false, 0],
      [true, 0],
      [false, 5],
    ]);
  });

  it('tells IPv6 peers apart by all of their address', () => {
    const sink = new Recorder();
    const flows = new PeerFlows(sink, socket);
    const address = (last: number, middle = 0) => [0x20, 1, 0, 0, 0, 0, middle, 0, 0, 0, 0, 0, 0, 0, 0, last];
    for (let repeat = 0; repeat < 2; repeat++) {
      for (const peer of [address(1), address(2), address(1, 1)]) flows.data(datagram([peer, 53]));
    }
    expect(remotes(sink).map((remote) => remote?.address)).toEqual(['2001::1', '2001::2', '2001:0:0:100::1']);
  });

  it('takes a datagram of an unknown sender for one of the only peer', () => {
    const sink = new Recorder();
    const flows = new PeerFlows(sink, { ...socket, role: 'client' });
    flows.data(datagram([[10, 0, 0, 1], 53], { outgoing: true }));
    flows.data(datagram(null));
    expect(sink.connections).toHaveLength(1);
    expect(sink.connections[0]!.chunks).toHaveLength(2);
  });

  it('does not guess between several peers', () => {
    const sink = new Recorder();
    const flows = new PeerFlows(sink, socket);
    flows.data(datagram([[10, 0, 0, 1], 53]));
    flows.data(datagram([[10, 0, 0, 2], 53]));
    flows.data(datagram(null));
    expect(remotes(sink).at(-1)).toBeNull();
  });

  it('forgets peers that were quiet for half a minute', () => {
    const sink = new Recorder();
    const flows = new PeerFlows(sink, socket);
    flows.data(datagram([[10, 0, 0, 1], 1], { at: SECOND }));
    flows.data(datagram([[10, 0, 0, 2], 1], { at: 20 * SECOND }));
    flows.sweep(32 * SECOND);
    expect(sink.connections.map(({ closes }) => closes)).toEqual([['both'], []]);
  });

  it('keeps 4096 peers at most: the quietest gives way', () => {
    const sink = new Recorder();
    const flows = new PeerFlows(sink, socket);
    for (let port = 1; port <= 4096; port++) flows.data(datagram([[10, 0, 0, 1], port]));
    flows.data(datagram([[10, 0, 0, 1], 1]));
    flows.data(datagram([[10, 0, 0, 2], 1]));
    const closed = sink.connections.filter(({ closes }) => closes.length > 0);
    expect(closed.map(({ info }) => info.remote?.port)).toEqual([2]);
  });

  it('gives the socket up once nobody can read any of its peers', () => {
    const sink = new Recorder();
    const flows = new PeerFlows(sink, socket);
    const open = sink.open.bind(sink);
    sink.open = (info) => open(info);
    const refuse = sink.data.bind(sink);
    sink.data = (connection, chunk) => {
      refuse(connection, chunk);
      (connection as { ignored: boolean }).ignored = true;
    };
    const verdicts = Array.from({ length: 8 }, (_, i) => flows.data(datagram([[10, 0, 0, i], 1])));
    expect(verdicts).toEqual([false, false, false, false, false, false, false, true]);
  });
});
