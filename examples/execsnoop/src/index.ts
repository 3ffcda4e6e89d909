/** Prints every program that is started, with its arguments, until Ctrl-C: `node dist/index.js`. */
import { ObjectSpec, RingReader } from '@sonde/ebpf';
import { exec_event } from './execsnoop.gen.js';

const USAGE = 'usage: node dist/index.js   prints every program that is started, until Ctrl-C';
const [argument] = process.argv.slice(2);
if (argument === '--help') console.log(USAGE);
else if (argument !== undefined) console.error(USAGE);
if (argument !== undefined) process.exit(argument === '--help' ? 0 : 2);

const object = ObjectSpec.open(new URL('../dist/execsnoop.bpf.o', import.meta.url)).load();
const decoder = new TextDecoder();

const reader = new RingReader(object.map('events'), {
  onRecord(_, view, at) {
    const all = exec_event.argumentsBytes(view, at);
    const length = exec_event.length(view, at);
    const words = decoder.decode(all.subarray(0, length)).replace(/\0$/, '').split('\0').map(quote);
    // The kernel side keeps the first 4096 bytes.
    if (length === all.length) words.push('…');
    const columns = [exec_event.pid(view, at), exec_event.parent(view, at), exec_event.uid(view, at)];
    console.log(`${columns.map((number) => String(number).padStart(8)).join(' ')}  ${words.join(' ')}`);
  },
});
object.program('on_exec').attach();
reader.start();
console.log('     PID   PARENT      UID  COMMAND');
console.error('ready');

process.once('SIGINT', () => {
  reader.drain();
  const lost = Buffer.from(object.readGlobal('lost')).readBigUInt64LE();
  if (lost > 0n) console.error(`${lost} records lost`);
  object.close();
});

/** Quotes what a shell would split or expand. */
function quote(word: string): string {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
