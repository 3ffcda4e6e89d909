import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import {
  type BpfObject,
  type BpfProgram,
  cgroup2Path,
  enableStats,
  type NativeBackend,
  ObjectSymbols,
  probeFeature,
  RingReader,
  VerifierError,
} from '@sonde/ebpf';
import { afterEach, describe, expect, test } from 'vitest';
import { u32s, u64At, u64s } from './support/bytes.js';
import { devicePair } from './support/network.js';
import { StaticProbe } from './support/static-probe.js';
import { testObject } from './support/test-object.js';
import { waitFor } from './support/wait-for.js';

/** Slots of map `counts` in `attach.bpf.c`. */
const slots = [
  'tp_btf',
  'raw_tp',
  'tracepoint',
  'kprobe',
  'fentry',
  'uprobe',
  'uretprobe',
  'uprobe_multi',
  'perf_event',
  'tc',
  'tcx',
  'xdp',
  'cgroup',
  'sockops',
  'cookie',
] as const;

/** What backends do that have a kernel under them: load, refuse, run, attach and measure programs. */
export function programSuite(name: string, createBackend: () => NativeBackend): void {
  describe(`programs through ${name}`, () => {
    const backend = createBackend();
    let object: BpfObject;

    const load = (program: string) => {
      const others = testObject('attach').programs.map((spec) => [spec.name, spec.name === program]);
      object = testObject('attach').load({
        backend,
        autoload: Object.fromEntries(others),
        rodata: { target_pid: process.pid },
      });
      return object.program(program);
    };
    const count = (slot: (typeof slots)[number]) => u64At(object.map('counts').lookup(u32s(slots.indexOf(slot)))!);
    const lacks = (feature: string) => probeFeature(feature, backend) !== 'yes';

    afterEach(() => {
      object?.close();
    });

    test('quotes the verifier on the program that it refused, and keeps its whole log', () => {
      const attempt = () => testObject('rejected').load({ backend });
      expect(attempt).toThrow(VerifierError);
      expect(attempt).toThrow(/refused program rejected: R0 invalid mem access 'map_value_or_null'/);
      try {
        attempt();
      } catch (error) {
        expect(error).toMatchObject({ code: 'VERIFIER_REJECTED', program: 'rejected', errno: 13 });
        expect((error as VerifierError).log).toContain('bpf_map_lookup_elem');
      }
      object = testObject('rejected').load({ backend, autoload: { rejected: false } });
      expect([...object.programs.keys()]).toEqual(['accepted']);
    });

    test('loads with a full verifier log as well', () => {
      object = testObject('ring').load({ backend, logLevel: 1 });
      expect(object.programs.size).toBe(4);
      expect(object.program('produce').verifierLog).toContain('processed ');
    });

    test('names the tracepoint that this kernel lacks', () => {
      const attempt = () => testObject('maps').load({ backend, autoload: { missing: true } });
      expect(attempt).toThrow(expect.objectContaining({ code: 'UNSUPPORTED' }));
      expect(attempt).toThrow(/tp_btf\/sock_no_such_event \(program missing\)/);
    });

    test('runs a program on a packet and gives back what it returned', () => {
      object = testObject('maps').load({ backend, rodata: { byte: 100, truth: true } });
      const packet = new Uint8Array(64).fill(7);
      const run = object.program('count').testRun({ data: packet, repeat: 10 });
      expect(run.returnValue).toBe(100 - 1 + 7 + 1 + 'b'.charCodeAt(0));
      expect(run.data).toEqual(Buffer.from(packet));
      expect(u64At(object.readGlobal('counter'))).toBe(15);
      const perCpu = object.map('per_cpu');
      const slotsOfCpus = perCpu.cpuValues(perCpu.lookup(u32s(0))!);
      expect(slotsOfCpus.reduce((sum, slot) => sum + Buffer.from(slot).readUInt32LE(), 0)).toBe(10);
    });

    test('refuses to run what does not run by itself', () => {
      const program = load('on_uprobe');
      expect(() => program.testRun({ data: new Uint8Array(64) })).toThrow(
        expect.objectContaining({ code: expect.stringMatching(/RUN_FAILED|UNSUPPORTED/) }),
      );
    });

    test.each([
      ['on_tp_btf', 'tp_btf'],
      ['on_raw_tp', 'raw_tp'],
      ['on_tracepoint', 'tracepoint'],
    ] as const)('attaches %s by its section, and detaches with the link', (program, slot) => {
      const link = load(program).attach();
      readdirSync('/');
      const counted = count(slot);
      expect(counted).toBeGreaterThanOrEqual(3);
      link.close();
      link.close();
      expect(link.attached).toBe(false);
      const detached = count(slot);
      readdirSync('/');
      expect(count(slot)).toBe(detached);
    });

    test('detaches with the object', () => {
      const link = load('on_tp_btf').attach();
      object.close();
      expect(link.attached).toBe(false);
    });

    test.skipIf(lacks('kprobe'))('attaches a kprobe', () => {
      load('on_kprobe').attach();
      readFileSync('/proc/self/stat');
      expect(count('kprobe')).toBeGreaterThan(0);
    });

    test.skipIf(!lacks('kprobe'))('says that this kernel has no kprobes', () => {
      const program = load('on_kprobe');
      expect(() => program.attach()).toThrow(expect.objectContaining({ code: 'ATTACH_FAILED' }));
      expect(() => program.attachKprobe({ function: 'vfs_read' })).toThrow(/kprobe vfs_read/);
    });

    test.skipIf(lacks('fentry'))('attaches fentry', () => {
      load('on_fentry').attach();
      readFileSync('/proc/self/stat');
      expect(count('fentry')).toBeGreaterThan(0);
    });

    test.skipIf(!lacks('fentry'))('says that this kernel has no trampolines', () => {
      const attempt = () => load('on_fentry').attachTrace();
      expect(attempt).toThrow(
        expect.objectContaining({ code: 'UNSUPPORTED', hint: expect.stringContaining('trampolines') }),
      );
    });

    test('attaches a uprobe and a uretprobe to a function of the C library, with a cookie', () => {
      const program = load('on_uprobe');
      using link = program.attachUprobe({ path: libc(), symbol: 'getppid', pid: process.pid, cookie: 1000n });
      for (let call = 0; call < 3; call++) parentOf();
      expect(count('uprobe')).toBe(3);
      expect(count('cookie')).toBe(3000);
      link.close();
      parentOf();
      expect(count('uprobe')).toBe(3);
      object.close();
      load('on_uretprobe').attachUprobe({ path: libc(), symbol: 'getppid', pid: process.pid });
      parentOf();
      expect(count('uretprobe')).toBe(1);
    });

    test.skipIf(lacks('uprobe_multi'))('attaches many uprobes by one link', () => {
      using symbols = ObjectSymbols.open(libc());
      const offsets = ['getppid', 'getpgid'].map((symbol) => symbols.plan(symbol).offset);
      const program = load('on_uprobe_multi');
      using link = program.attachUprobeMulti({ path: libc(), offsets, cookies: [10n, 1n], pid: process.pid });
      parentOf();
      parentOf();
      expect(count('uprobe_multi')).toBe(2);
      expect(count('cookie')).toBe(20);
      link.close();
      parentOf();
      expect(count('uprobe_multi')).toBe(2);
    });

    test('says what is wrong with a uprobe', () => {
      const program = load('on_uprobe');
      expect(() => program.attachUprobe({ path: libc(), symbol: 'no_such_function' })).toThrow(
        expect.objectContaining({ code: 'SYMBOL_NOT_FOUND' }),
      );
      expect(() => program.attachUprobe({ path: '/no/such/file', offset: 1 })).toThrow(
        expect.objectContaining({ code: 'ATTACH_FAILED', errno: 2 }),
      );
      expect(() => program.attach()).toThrow(
        expect.objectContaining({ hint: expect.stringContaining('attachUprobe') }),
      );
    });

    test.skipIf(process.arch !== 'x64')(
      'attaches to a static probe of one process, and reads its argument',
      async () => {
        await using heard = await StaticProbe.start();
        await using other = await StaticProbe.start();
        object = testObject('usdt').load({ backend });
        const target = { path: StaticProbe.path, provider: 'shop', name: 'sold', pid: heard.pid, cookie: 10n };
        const link = object.program('on_usdt').attachUsdt(target);
        expect([await heard.sell('abc'), await heard.sell('abcd'), await other.sell('abcde')]).toEqual([
          'heard',
          'heard',
          'unheard',
        ]);
        const told = () => ['runs', 'sum', 'cookies'].map((name) => u64At(object.readGlobal(name)));
        expect(told()).toEqual([2, 7, 20]);
        link.close();
        expect(await heard.sell('abc')).toBe('unheard');
        expect(told()).toEqual([2, 7, 20]);
        expect(() => object.program('on_usdt').attachUsdt({ ...target, name: 'bought' })).toThrow(
          expect.objectContaining({ code: 'ATTACH_FAILED' }),
        );
      },
    );

    test('samples a clock', async () => {
      load('on_perf_event').attachPerfEvent({ frequency: 1000 });
      await waitFor('a sample', () => {
        for (let turn = 0; turn < 1e6; turn++);
        return count('perf_event') > 0;
      });
    });

    test('sees packets of a device by clsact, and removes the queue discipline that it made', async () => {
      using pair = devicePair();
      const program = load('on_tc');
      const ingress = program.attachTc({ ifindex: pair.far, direction: 'ingress' });
      const second = program.attachTc({ ifindex: pair.far, direction: 'ingress' });
      using egress = program.attachTc({ ifindex: pair.near, direction: 'egress' });
      await pair.send(3);
      await waitFor('packets in both directions, once for each filter', () => count('tc') >= 6);
      ingress.close();
      second.close();
      expect(queueDisciplines(`${pair.name}p`)).not.toContain('clsact');
      expect(queueDisciplines(pair.name)).toContain('clsact');
      expect(egress.attached).toBe(true);
    });

    test.skipIf(lacks('tcx'))('sees packets of a device by tcx', async () => {
      using pair = devicePair();
      using _link = load('on_tcx').attachTcx({ ifindex: pair.far, direction: 'ingress' });
      await pair.send(3);
      await waitFor('packets', () => count('tcx') >= 3);
    });

    test('sees packets before the network stack', async () => {
      using pair = devicePair();
      const program = load('on_xdp');
      using _link = program.attachXdp({ ifindex: pair.far, mode: 'generic' });
      expect(() => program.attachXdp({ ifindex: pair.far, mode: 'generic' })).toThrow(
        expect.objectContaining({ code: 'ATTACH_FAILED', errno: 16 }),
      );
      await pair.send(3);
      await waitFor('packets', () => count('xdp') >= 3);
    });

    test.skipIf(lacks('cgroup2'))('sees the connections of a cgroup', async () => {
      const path = `${cgroup2Path()}/sonde-test-${process.pid}`;
      mkdirSync(path);
      try {
        const program = load('on_connect');
        using _link = program.attachCgroup(path);
        const connect = `require('net').connect(9, '127.0.0.1').on('error', () => process.exit(0))`;
        const child = spawn('sh', [
          '-c',
          `echo $$ > ${path}/cgroup.procs; exec "$0" -e "${connect}"`,
          process.execPath,
        ]);
        await once(child, 'exit');
        expect(count('cgroup')).toBe(1);
        object.close();
        const sockops = load('on_sockops');
        expect(() => sockops.attachCgroup('/tmp')).toThrow(expect.objectContaining({ code: 'ATTACH_FAILED' }));
        expect(sockops.attachCgroup(path).attached).toBe(true);
      } finally {
        object.close();
        rmdirSync(path);
      }
    });

    test('reads what an iterator writes', () => {
      const text = load('list_tasks').attachIter().read();
      expect(text).toContain(`${process.pid} ${readFileSync('/proc/self/comm', 'latin1').trim()}\n`);
    });

    test('counts runs and time of a program while statistics are on', () => {
      object = testObject('ring').load({ backend });
      const program: BpfProgram = object.program('produce');
      {
        using _statistics = enableStats(backend);
        program.testRun({ context: u64s(1, 0, 0) });
      }
      const { runs, timeNs } = program.stats();
      expect(runs).toBe(1);
      expect(timeNs).toBeGreaterThan(0);
      expect(program.id).toBeGreaterThan(0);
    });

    test('passes over discarded records', () => {
      object = testObject('ring').load({ backend });
      const lengths: number[] = [];
      using reader = new RingReader(object.map('records'), {
        onRecord: (_, view, start) => lengths.push(view.getUint32(start + 8, true)),
      });
      object.program('produce').testRun({ context: u64s(10, 77, 1) });
      expect(reader.drain()).toBe(5);
      expect(lengths).toEqual([77, 77, 77, 77, 77]);
    });

    test('reads records of every length across the end of the ring in one piece', () => {
      object = testObject('ring').load({ backend, mapSizes: { records: 4096 } });
      let next = 0;
      let length = 0;
      using reader = new RingReader(object.map('records'), {
        onRecord: (bytes, view, start, end) => {
          expect([end - start, view.getUint32(start, true), view.getUint32(start + 8, true)]).toEqual([
            16 + length,
            next++,
            length,
          ]);
          expect(view.getUint32(start + 12, true)).toBe(0xfeedbeef);
          if (length > 0) expect(bytes[start + 16]).toBe(length);
        },
      });
      for (length = 0; length < 256; length++) {
        object.program('produce_sized').testRun({ context: u64s(5, length, 0) });
        reader.drain();
      }
      expect(next).toBe(5 * 256);
      expect(u64At(object.readGlobal('dropped'))).toBe(0);
    });

    test('loses what does not fit, never what does', () => {
      object = testObject('ring').load({ backend, mapSizes: { records: 4096 } });
      using reader = new RingReader(object.map('records'), { onRecord() {} });
      object.program('produce').testRun({ context: u64s(100, 0, 0) });
      expect(reader.drain()).toBe(14);
      expect(u64At(object.readGlobal('dropped'))).toBe(1);
      object.program('produce').testRun({ context: u64s(10, 0, 0) });
      expect(reader.drain()).toBe(10);
    });

    test('drains by itself once it was started, and not after it was stopped', async () => {
      object = testObject('ring').load({ backend });
      let records = 0;
      using reader = new RingReader(object.map('records'), { onRecord: () => records++ });
      reader.start({ minMs: 1, maxMs: 5 });
      object.program('produce').testRun({ context: u64s(30, 0, 0) });
      await waitFor('the records', () => records === 30);
      reader.stop();
      object.program('produce').testRun({ context: u64s(1, 0, 0) });
      expect(reader.stats.pendingBytes).toBe(280);
    });
  });
}

/** Path of the C library in this process. */
function libc(): string {
  return /\S+\/libc\.so\.6$/m.exec(readFileSync('/proc/self/maps', 'latin1'))![0];
}

/** Calls `getppid()`. */
function parentOf(): number {
  return process.ppid;
}

function queueDisciplines(device: string): string {
  return execFileSync('tc', ['qdisc', 'show', 'dev', device], { encoding: 'utf8' });
}
