/** Counts system calls by process, for some seconds or until Ctrl-C: `node dist/index.js [SECONDS]`. */
import { ObjectSpec } from '@sonde/ebpf';
import { calls } from './syscount.gen.js';

const seconds = Number(process.argv[2] ?? 5);
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
