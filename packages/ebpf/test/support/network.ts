import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';

/** Two virtual devices that are wired to each other, in this network namespace. */
export interface DevicePair extends Disposable {
  readonly name: string;
  /** What is sent leaves through this one. */
  readonly near: number;
  /** What is sent comes in through this one. */
  readonly far: number;
  /** Sends datagrams through the pair. */
  send(count: number): Promise<void>;
}

/** Creates a pair of devices with names and addresses that belong to this process. */
export function devicePair(): DevicePair {
  const name = `st${process.pid}`;
  // 198.18.0.0/15 is kept free for tests (RFC 2544).
  const subnet = `198.18.${process.pid % 256}`;
  const ip = (...words: string[]) => execFileSync('ip', words);
  ip('link', 'add', name, 'type', 'veth', 'peer', 'name', `${name}p`);
  ip('link', 'set', name, 'up');
  ip('link', 'set', `${name}p`, 'up');
  ip('addr', 'add', `${subnet}.1/24`, 'dev', name);
  ip('neigh', 'add', `${subnet}.2`, 'lladdr', '02:00:00:00:00:02', 'dev', name);
  return {
    name,
    near: ifindex(name),
    far: ifindex(`${name}p`),
    async send(count) {
      const socket = createSocket('udp4');
      for (let sent = 0; sent < count; sent++) {
        await new Promise<void>((resolve, reject) => {
          socket.send('test', 9, `${subnet}.2`, (error) => (error ? reject(error) : resolve()));
        });
      }
      socket.close();
    },
    [Symbol.dispose]() {
      ip('link', 'del', name);
    },
  };
}

function ifindex(device: string): number {
  return Number(readFileSync(`/sys/class/net/${device}/ifindex`, 'latin1'));
}
