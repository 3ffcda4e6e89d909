/** Counts system calls by process, for some seconds or until Ctrl-C: `node dist/index.js [SECONDS]`. */
import { ObjectSpec } from '@sonde/ebpf';
import { calls } from './syscount.gen.js';

const USAGE = 'usage: node dist/index.js [SECONDS]   counts system calls by process; Ctrl-C ends it earlier';
const [argument = '5', ...more] = process.argv.slice(2);
if (argument === '--help') {
  console.log(USAGE);
  process.exit(0);
}
const seconds = Number(argument);
// A timer holds 24 days.
if (!(seconds > 0 && seconds <= 2e6) || more.length > 0) {
  console.error(USAGE);
  process.exit(2);
}

const object = ObjectSpec.open(new URL('../dist/syscount.bpf.o', import.meta.url)).load({
  rodata: { own_tgid: process.pid },
});
object.program('on_syscall').attach();
console.error(`ready: counting for ${seconds} s`);

const timer = setTimeout(report, seconds * 1000);
process.once('SIGINT', report);

function report(): void {
  clearTimeout(timer);
  const rows = object
    .map('processes')
    .takeAll()
    .map(([key, value]) => {
      const view = new DataView(value.buffer, value.byteOffset);
      return { pid: new DataView(key.buffer, key.byteOffset).getUint32(0, true), ...calls.$read(view, 0) };
    });
  object.close();

  console.log('   COUNT      PID  COMM');
  for (const { count, pid, comm } of rows.sort((a, b) => b.count - a.count)) {
    console.log(`${String(count).padStart(8)} ${String(pid).padStart(8)}  ${comm}`);
  }
}
