import { Writable } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { LineWriter } from './line-writer.js';

function sink(highWaterMark = 16 * 1024) {
  const chunks: string[] = [];
  let release = () => {};
  const stream = new Writable({
    highWaterMark,
    decodeStrings: false,
    write(chunk, _encoding, done) {
      chunks.push(String(chunk));
      release = done;
    },
  });
  return { stream, chunks, release: () => release() };
}

describe('lines', () => {
  it('are written in batches', () => {
    const { stream, chunks } = sink();
    const writer = new LineWriter(stream);
    for (let index = 0; index < 1000; index++) writer.line('x'.repeat(99));
    expect(chunks).toHaveLength(1);
    expect(chunks[0]).toMatch(/^(x{99}\n)+$/);
  });

  it('are not held back for longer than 50 ms', () => {
    vi.useFakeTimers();
    const { stream, chunks } = sink();
    new LineWriter(stream).line('one');
    expect(chunks).toEqual([]);
    vi.advanceTimersByTime(51);
    vi.useRealTimers();
    expect(chunks).toEqual(['one\n']);
  });

  it('are all there after a flush', () => {
    const { stream, chunks } = sink();
    const writer = new LineWriter(stream);
    writer.line('one');
    writer.line('two');
    writer.flush();
    writer.flush();
    expect(chunks).toEqual(['one\ntwo\n']);
  });

  it('wait for a stream that is full', async () => {
    const { stream, release } = sink(10);
    const writer = new LineWriter(stream);
    await writer.drained();
    writer.line('longer than ten bytes');
    writer.flush();
    let drained = false;
    const waiting = writer.drained().then(() => {
      drained = true;
    });
    await Promise.resolve();
    expect(drained).toBe(false);
    release();
    await waiting;
    expect(drained).toBe(true);
  });

  it('wait no longer when the stream is gone', async () => {
    const { stream } = sink(10);
    const writer = new LineWriter(stream);
    writer.line('longer than ten bytes');
    writer.flush();
    const waiting = writer.drained();
    stream.destroy();
    await waiting;
  });
});
