import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Chunk, ConnectionHandle, ConnectionInfo, ConnectionSink } from '@sonde/core';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { EntryReader } from './entry-reader.js';
import { EntryWriter } from './entry-writer.js';
import { FILE_HEADER_BYTES } from './format.js';
import { Player, RecordingClock } from './player.js';
import { recordedLine } from './record.js';
import { Recorder } from './recorder.js';
import { RecordingError } from './recording-error.js';
import { RecordingFile } from './recording-file.js';
import { RecordingReader } from './recording-reader.js';

const folder = mkdtempSync(join(tmpdir(), 'recording-'));
afterAll(() => rmSync(folder, { recursive: true }));
const header = { sonde: '0', created: '2026-01-01T00:00:00Z', unixNanoAtZero: '1700000000000000000', kernel: null };

/** Writes down all calls, in a form that can be compared. */
class Witness implements ConnectionSink {
  readonly calls: unknown[] = [];
  #opened = 0;

  open(info: ConnectionInfo): ConnectionHandle {
    const handle = { ignored: false, number: ++this.#opened };
    this.calls.push(['open', handle.number, structuredClone(info)]);
    return handle;
  }

  update(connection: ConnectionHandle, info: Partial<ConnectionInfo>): void {
    this.calls.push(['update', numberOf(connection), structuredClone(info)]);
  }

  data(connection: ConnectionHandle, chunk: Chunk): void {
    const { bytes, view, start, end, ...rest } = chunk;
    const text = Buffer.from(bytes.subarray(start, end)).toString('latin1');
    const same = view.byteLength === bytes.byteLength && (start === end || view.getUint8(start) === bytes[start]);
    this.calls.push(['data', numberOf(connection), rest, text, same]);
  }

  close(connection: ConnectionHandle, at: number, outgoing?: boolean): void {
    this.calls.push(['close', numberOf(connection), at, outgoing]);
  }
}

const numberOf = (connection: ConnectionHandle) => (connection as unknown as { number: number }).number;
const info: ConnectionInfo = {
  transport: 'tcp',
  role: 'server',
  observed: true,
  local: { address: '10.0.0.1', port: 80 },
  remote: null,
  pid: 7,
  fromStart: false,
  protocol: null,
};

function chunk(text: string, more: Partial<Chunk> = {}): Chunk {
  const bytes = Buffer.from(`..${text}..`, 'latin1');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = 2 + text.length;
  const numbers = { position: 5, length: text.length, start: 2, end, at: 1e15, pid: 7, tid: 8, unit: 0, sequence: -1 };
  return { outgoing: true, bytes, view, ...numbers, ...more };
}

function recordInto(path: string, use: (recorder: Recorder) => void, { overwrite = false } = {}) {
  const file = new RecordingFile(path, header, { overwrite });
  const inner = new Witness();
  const processOf = (pid: number) => ({ name: `process ${pid}`, container: null });
  const recorder = new Recorder({ file, inner, processOf, onFault: () => {} });
  use(recorder);
  recorder.flush();
  return { file, inner, recorder };
}

function replay(bytes: Uint8Array) {
  const sink = new Witness();
  const clock = new RecordingClock();
  const others: unknown[] = [];
  const target = {
    connections: sink,
    tick: (now: number) => others.push(now),
    event: (event: unknown) => others.push(event),
  };
  const player = new Player(target, clock);
  const reader = new RecordingReader({
    header: (found) => clock.begin(found),
    block: (entries) => player.block(entries),
  });
  let problem: RecordingError | null = null;
  try {
    for (let at = 0; at < bytes.length; at += 1000) reader.push(bytes.subarray(at, at + 1000));
    reader.end();
  } catch (error) {
    if (!(error instanceof RecordingError)) throw error;
    problem = error;
  }
  return { calls: sink.calls, others, player, clock, problem, ending: reader.ending };
}

function conversation(recorder: Recorder): void {
  const connection = recorder.open(info);
  recorder.update(connection, { remote: { address: '10.0.0.2', port: 4000 }, pid: 9 });
  recorder.data(connection, chunk('hello', { sequence: 4_294_967_295, unit: 77 }));
  recorder.data(connection, chunk('', { outgoing: false, length: 1_000_000, position: 2 ** 40, at: 1e15 - 3 }));
  recorder.data(connection, chunk('\0\xff'.repeat(3000)));
  recorder.close(connection, 1e15 + 1, true);
  recorder.close(connection, 1e15 + 2);
}

describe('a recording', () => {
  it('hands everything on as it comes, and replays it the same', () => {
    const path = join(folder, 'same.sonde');
    const { file, inner, recorder } = recordInto(path, (recorder) => {
      conversation(recorder);
      recorder.tick(2e15);
      recorder.event({ event: 'thread.switch', cpu: 1 });
    });
    file.end({ entries: recorder.entries, lost: { ring: 3 }, fault: null });
    file.close();
    const replayed = replay(readFileSync(path));
    expect(replayed.problem).toBeNull();
    expect(replayed.calls).toEqual(inner.calls);
    expect(replayed.others).toEqual([2e15, { event: 'thread.switch', cpu: 1 }]);
    expect(replayed.ending).toEqual({ entries: recorder.entries, lost: { ring: 3 }, fault: null });
    expect(replayed.player.processOf(9)).toEqual({ name: 'process 9', container: null });
    expect(replayed.clock.toUnixNano(5)).toBe(1_700_000_000_000_000_005n);
  });

  it('can be read by its owner only', () => {
    const path = join(folder, 'mode.sonde');
    recordInto(path, conversation).file.close();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('is packed, and written in blocks', () => {
    const path = join(folder, 'blocks.sonde');
    const { file } = recordInto(path, (recorder) => {
      const connection = recorder.open(info);
      for (let index = 0; index < 2000; index++) recorder.data(connection, chunk('GET / HTTP/1.1\r\n'.repeat(20)));
    });
    file.close();
    expect(statSync(path).size).toBeLessThan(2000 * 320 * 0.2);
    expect(statSync(path).size).toBe(file.size);
  });

  it('that was cut off anywhere replays up to the cut', () => {
    const path = join(folder, 'cut.sonde');
    const { file, inner } = recordInto(path, (recorder) => {
      for (let index = 0; index < 5; index++) {
        conversation(recorder);
        recorder.flush();
      }
    });
    file.close();
    const bytes = readFileSync(path);
    for (let length = FILE_HEADER_BYTES; length <= bytes.length; length += 37) {
      const { calls, problem } = replay(bytes.subarray(0, length));
      expect(problem?.code).toBe('RECORDING_TRUNCATED');
      expect(calls).toEqual(inner.calls.slice(0, calls.length));
    }
    expect(replay(bytes)).toMatchObject({ calls: inner.calls, problem: { code: 'RECORDING_TRUNCATED' } });
  });

  it('that was damaged anywhere replays up to the damage, or says that it is none', () => {
    const path = join(folder, 'damaged.sonde');
    const { file, inner, recorder } = recordInto(path, (recorder) => {
      conversation(recorder);
      recorder.flush();
      conversation(recorder);
    });
    file.end({ entries: recorder.entries, lost: {}, fault: null });
    file.close();
    const bytes = readFileSync(path);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const damaged = Buffer.from(bytes);
        damaged[at]! ^= change;
        const { calls, problem } = replay(damaged);
        expect(calls).toEqual(inner.calls.slice(0, calls.length));
        expect(problem).not.toBeNull();
      }),
      { numRuns: 500 },
    );
  });

  it('of a later format is refused with what to do', () => {
    const path = join(folder, 'later.sonde');
    recordInto(path, conversation).file.close();
    const bytes = readFileSync(path);
    bytes.writeUInt16LE(2, 8);
    expect(replay(bytes).problem).toMatchObject({ code: 'RECORDING_VERSION', hint: expect.stringContaining('later') });
  });

  it.each(['', 'text', '\xd4\xc3\xb2\xa1 a capture'])("is not found in '%s'", (text) => {
    const { problem } = replay(Buffer.from(text, 'latin1'));
    expect(problem).toMatchObject({ code: 'RECORDING_FORMAT', hint: expect.stringContaining('sonde decode') });
  });
});

describe('a disk that is full', () => {
  it('refuses a recording from the start', () => {
    expect(() => new RecordingFile('/dev/full', header)).toThrow(
      expect.objectContaining({ code: 'RECORDING_DISK_FULL', hint: expect.any(String) }),
    );
  });

  it('ends a recording once, while data goes on to the pipeline', () => {
    const faults: Error[] = [];
    const path = join(folder, 'full.sonde');
    const file = new RecordingFile(path, header);
    const failing = {
      block: () => {
        throw new RecordingError('RECORDING_DISK_FULL', 'full');
      },
    } as unknown as RecordingFile;
    const inner = new Witness();
    const recorder = new Recorder({
      file: failing,
      inner,
      processOf: () => null,
      onFault: (error) => faults.push(error),
    });
    conversation(recorder);
    recorder.flush();
    conversation(recorder);
    recorder.flush();
    file.close();
    expect(faults).toHaveLength(1);
    expect(recorder.fault).toBe(faults[0]);
    expect(inner.calls).toHaveLength(14);
  });

  it('is not the only reason', () => {
    expect(() => new RecordingFile(join(folder, 'no', 'folder'), header)).toThrow(
      expect.objectContaining({ code: 'RECORDING_WRITE' }),
    );
  });
});

describe('numbers in a recording', () => {
  it('come back as they were', () => {
    const numbers = fc.array(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }));
    const signed = fc.array(fc.integer({ min: -(2 ** 51), max: 2 ** 51 }));
    fc.assert(
      fc.property(numbers, signed, fc.uint8Array({ maxLength: 100 }), (positive, both, bytes) => {
        const writer = new EntryWriter();
        for (const value of positive) writer.varint(value);
        for (const value of both) writer.signed(value);
        writer.blob(bytes);
        const reader = new EntryReader(Buffer.from(writer.written));
        expect(positive.map(() => reader.varint())).toEqual(positive);
        expect(both.map(() => reader.signed())).toEqual(both.map((value) => (value === 0 ? 0 : value)));
        const start = reader.blob();
        expect([...reader.bytes.subarray(start, reader.at)]).toEqual([...bytes]);
        expect(reader.done).toBe(true);
      }),
    );
  });

  it('that would be too large are damage', () => {
    expect(() => new EntryReader(Buffer.alloc(20, 0xff)).varint()).toThrow(RecordingError);
  });
});

describe('a file in the way', () => {
  const path = join(folder, 'old.sonde');
  const refused = expect.objectContaining({ code: 'RECORDING_EXISTS', hint: expect.stringContaining('--force') });

  it('is left alone, unless it may be overwritten', () => {
    writeFileSync(path, 'x'.repeat(100_000), { mode: 0o644 });
    expect(() => new RecordingFile(path, header)).toThrow(refused);
    expect(readFileSync(path, 'latin1')).toBe('x'.repeat(100_000));
    recordInto(path, conversation, { overwrite: true }).file.close();
    expect(replay(readFileSync(path)).calls).toHaveLength(7);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('is taken when it is empty, or no file', () => {
    const empty = join(folder, 'empty.sonde');
    writeFileSync(empty, '', { mode: 0o644 });
    recordInto(empty, conversation).file.close();
    expect(statSync(empty).mode & 0o777).toBe(0o600);
    recordInto('/dev/null', conversation).file.close();
  });

  it('is taken away again when nothing was recorded into it', () => {
    const discarded = join(folder, 'discarded.sonde');
    new RecordingFile(discarded, header).discard();
    new RecordingFile('/dev/null', header).discard();
    expect([existsSync(discarded), existsSync('/dev/null')]).toEqual([false, true]);
  });
});

it('the line at the end says what a recording holds', () => {
  const { file, recorder } = recordInto(join(folder, 'line.sonde'), conversation);
  file.close();
  expect(recordedLine(recorder, 3174, 2)).toMatch(/^recorded 1 connection, \d+ operations, 3\.1 KiB, 2 lost$/);
  expect(recordedLine(null, 0, 0)).toBe('recorded 0 connections, 0 operations, 0 B, 0 lost');
});
