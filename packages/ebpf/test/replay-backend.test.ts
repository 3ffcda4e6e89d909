import {
  type BpfObject,
  createMap,
  decodeRecording,
  koffiBackend,
  MapType,
  playRecording,
  probeFeature,
  RecordingEncoder,
  ReplayBackend,
  RingReader,
} from '@sonde/ebpf';
import { afterEach, describe, expect, test } from 'vitest';
import { backendSuite } from './backend-suite.js';
import { u32s, u64s } from './support/bytes.js';
import { testObject } from './support/test-object.js';

/** Records put into the ring of each object so far. */
const sequences = new WeakMap<BpfObject, number>();

backendSuite('replay', {
  createBackend: () => new ReplayBackend(),
  produce(object: BpfObject, count: number) {
    const backend = object.backend as ReplayBackend;
    const { native } = object.map('records');
    const first = sequences.get(object) ?? 0;
    for (let sequence = first; sequence < first + count; sequence++) {
      const record = new Uint8Array(272);
      new DataView(record.buffer).setBigUint64(0, BigInt(sequence), true);
      backend.writeRecord(native, record);
    }
    sequences.set(object, first + count);
  },
});

describe('ReplayBackend', () => {
  let object: BpfObject;

  afterEach(() => {
    object?.close();
  });

  test('attaches programs, which then do nothing', () => {
    object = testObject('maps').load({ backend: new ReplayBackend() });
    using link = object.program('count').attachXdp({ ifindex: 1 });
    expect(link.attached).toBe(true);
    expect(object.program('count').stats()).toEqual({ runs: 0, timeNs: 0 });
  });

  test('answers test runs by the function that it was given, and refuses them without one', () => {
    const run = () => ({ returnValue: 7, durationNs: 1, data: new Uint8Array(), context: new Uint8Array() });
    object = testObject('maps').load({ backend: new ReplayBackend({ run }) });
    expect(object.program('count').testRun().returnValue).toBe(7);
    using refused = testObject('maps').load({ backend: new ReplayBackend() });
    expect(() => refused.program('count').testRun()).toThrow(expect.objectContaining({ code: 'RUN_FAILED' }));
  });

  test('has every feature: it stands for the machine that was recorded', () => {
    const backend = new ReplayBackend();
    for (const feature of ['tp_btf', 'ringbuf', 'uprobe_multi']) expect(probeFeature(feature, backend)).toBe('yes');
  });

  test('refuses maps of another backend', () => {
    const other = createMap(
      { name: 'other', type: MapType.hash, keySize: 4, valueSize: 4, maxEntries: 1 },
      new ReplayBackend(),
    );
    const backend = new ReplayBackend();
    expect(() => backend.mapOperation(other.native, { kind: 'delete', key: u32s(1) })).toThrow('not of this backend');
    expect(() => backend.writeRecord(other.native, u32s(1))).toThrow('no ring buffer');
  });

  test('plays more than a ring holds, as fast as it is read', async () => {
    object = testObject('ring').load({ backend: new ReplayBackend(), mapSizes: { records: 4096 } });
    const records = Array.from({ length: 1000 }, (_, index) => ({ map: 'records', record: u64s(index, index) }));
    const seen: number[] = [];
    using reader = new RingReader(object.map('records'), {
      onRecord: (_, view, start) => seen.push(view.getUint32(start, true)),
    });
    reader.start();
    expect(await playRecording(object, [...records, { map: 'unknown', record: u32s(1) }])).toBe(1000);
    reader.drain();
    expect(seen).toEqual(records.map((_, index) => index));
  });

  test('gives up on a ring that nobody reads, and on a record larger than the ring', async () => {
    object = testObject('ring').load({ backend: new ReplayBackend(), mapSizes: { records: 4096 } });
    const record = { map: 'records', record: new Uint8Array(2000) };
    await expect(playRecording(object, [record, record, record], { patienceMs: 5 })).rejects.toThrow('nobody has read');
    const large = { map: 'records', record: new Uint8Array(5000) };
    await expect(playRecording(object, [large])).rejects.toThrow('does not fit');
  });

  test('ends a play when it is told, or when the reader closes', async () => {
    object = testObject('ring').load({ backend: new ReplayBackend(), mapSizes: { records: 4096 } });
    const record = { map: 'records', record: new Uint8Array(2000) };
    expect(await playRecording(object, [record], { signal: AbortSignal.abort() })).toBe(0);
    const reader = new RingReader(object.map('records'), { onRecord() {} });
    const played = playRecording(object, [record, record, record]);
    reader.close();
    expect(await played).toBe(2);
  });
});

describe.skipIf(probeFeature('privileges') !== 'yes')('with a kernel to record', () => {
  test('a recording of real records plays back as the same records', async () => {
    using real = testObject('ring').load({ backend: koffiBackend() });
    const encoder = new RecordingEncoder();
    const parts: Uint8Array[] = [encoder.header()];
    using recorder = new RingReader(real.map('records'), {
      onRecord: (bytes, _, start, end) => parts.push(encoder.record('records', bytes.subarray(start, end))),
    });
    real.program('produce').testRun({ context: u64s(50, 9, 0) });
    expect(recorder.drain()).toBe(50);
    const recording = Buffer.concat(parts);
    await expect(playRecording(real, [])).rejects.toThrow('not for a replay');

    using object = testObject('ring').load({ backend: new ReplayBackend() });
    const replayed: Uint8Array[] = [];
    using reader = new RingReader(object.map('records'), {
      onRecord: (bytes, _, start, end) => replayed.push(bytes.slice(start, end)),
    });
    await playRecording(object, decodeRecording(recording));
    reader.drain();
    expect(replayed).toEqual([...decodeRecording(recording)].map(({ record }) => new Uint8Array(record)));
  });
});
