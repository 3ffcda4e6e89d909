/** Prints every TCP connection that ends, with its bytes and its life, until Ctrl-C: `node dist/index.js`. */
import { SocketAddress } from 'node:net';
import { ObjectSpec, RingReader } from '@sonde/ebpf';
import { connection } from './tcplife.gen.js';

const USAGE = 'usage: node dist/index.js   prints every TCP connection that ends, until Ctrl-C';
const [argument] = process.argv.slice(2);
if (argument === '--help') console.log(USAGE);
else if (argument !== undefined) console.error(USAGE);
if (argument !== undefined) process.exit(argument === '--help' ? 0 : 2);

const object = ObjectSpec.open(new URL('../dist/tcplife.bpf.o', import.meta.url)).load();

const reader = new RingReader(object.map('ended'), {
  onRecord(_, view, at) {
    const isIpv4 = connection.family(view, at) === 2;
    const local = address(isIpv4, connection.localBytes(view, at));
    const remote = address(isIpv4, connection.remoteBytes(view, at));
    print([
      connection.pid(view, at),
      connection.comm(view, at),
      `${local}:${connection.local_port(view, at)}`,
      `${remote}:${connection.remote_port(view, at)}`,
      connection.sent(view, at),
      connection.received(view, at),
      (connection.duration(view, at) / 1e6).toFixed(2),
    ]);
  },
});
object.program('on_state').attach();
reader.start();
print(['PID', 'COMM', 'LOCAL', 'REMOTE', 'SENT', 'RECEIVED', 'MS']);
console.error('ready');

process.once('SIGINT', () => {
  reader.drain();
  object.close();
});

function print(columns: (string | number)[]): void {
  console.log(columns.map((column, index) => String(column).padEnd([7, 16, 24, 24, 11, 11, 0][index] ?? 0)).join(' '));
}

/** Text of an address. */
function address(isIpv4: boolean, bytes: Uint8Array): string {
  if (isIpv4) return bytes.subarray(0, 4).join('.');
  const words = Array.from({ length: 8 }, (_, word) => ((bytes[word * 2]! << 8) | bytes[word * 2 + 1]!).toString(16));
  return `[${new SocketAddress({ address: words.join(':'), family: 'ipv6' }).address}]`;
}
