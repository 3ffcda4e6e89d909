import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { captureOf } from './capture-of.js';
import { echo, echoSample, frame } from './echo-protocol.fixture.js';
import { exchangesFrom } from './exchanges-from.js';
import { parserConformance } from './parser-conformance.js';
import { readSamples } from './read-samples.js';
import { recordSample } from './record-sample.js';
import { sample } from './sample.js';
import { SampleRecorder } from './sample-recorder.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sonde-record-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const short = sample('short', [
  ['client', frame(1, 'one')],
  ['server', frame(1, 'uno')],
]);
const capture = (...samples: Parameters<typeof captureOf>[0][number][]) => {
  const path = join(folder, 'talk.pcap');
  writeFileSync(path, captureOf(samples));
  return path;
};

describe('a capture of samples', () => {
  it('holds the same conversations, over TCP and UDP, whatever their length', async () => {
    const long = sample('long', [
      ['client', new Uint8Array(150_000).fill(7)],
      ['server', 'done'],
    ]);
    const datagrams = sample(
      'udp',
      [
        ['client', 'ask'],
        ['server', 'tell'],
      ],
      { transport: 'udp' },
    );
    const read = await readSamples(capture(short, long, datagrams));
    const said = ({ turns }: typeof short, client: boolean) =>
      Buffer.concat(turns.filter(({ fromClient }) => fromClient === client).map(({ bytes }) => bytes));
    for (const [index, original] of [short, long, datagrams].entries()) {
      expect(read[index]!.transport).toBe(original.transport);
      for (const client of [true, false]) expect(said(read[index]!, client)).toEqual(said(original, client));
    }
  });

  it('gives the exchanges that the sample gives, with the addresses and times of the packets', async () => {
    const [fromCapture, fromSample] = [
      await exchangesFrom(echo(), capture(echoSample)),
      await exchangesFrom(echo(), echoSample),
    ];
    const what = (exchanges: typeof fromSample) => exchanges.map(({ request, response }) => [request, response]);
    expect(what(fromCapture)).toEqual(what(fromSample));
    expect(fromCapture).toHaveLength(12);
    expect(fromCapture[0]).toMatchObject({ server: { address: '10.0.0.1', port: 9999 }, client: { port: 40_000 } });
    expect(fromCapture[0]!.durationNs).toBe(1_000_000);
  });
});

describe('recordSample', () => {
  it('writes a sample that has what the parser found as expectations, and conforms', async () => {
    const to = join(folder, 'echo.jsonl');
    const text = await recordSample(capture(echoSample), { to, protocol: echo() });
    expect(readFileSync(to, 'utf8')).toBe(text);
    const samples = await readSamples(to);
    expect(samples[0]!.exchanges).toHaveLength(12);
    expect(samples[0]!.exchanges![0]).toEqual({
      ...{ name: 'ECHO', status: 2, error: 'refused' },
      request: { id: 1, text: 'ask 1' },
      response: { id: 1, text: '!1' },
    });
    expect(parserConformance(echo(), { samples, cases: 50, fuzzMs: 5 }).conforms).toBe(true);
  });

  it('writes bare conversations where there is no parser yet', async () => {
    expect(await recordSample(short)).toBe(
      `{"from":"client","hex":"ec03012e6f6e65"}\n{"from":"server","hex":"ec03012e756e6f"}\n`,
    );
  });

  it('wants to know which one, where there are several', async () => {
    const path = capture(short, echoSample);
    await expect(recordSample(path)).rejects.toMatchObject({
      code: 'SAMPLE_AMBIGUOUS',
      message: expect.stringContaining('holds 2 conversations'),
      hint: expect.stringContaining('1: tcp, 2 writes; 2: tcp, 12 writes'),
    });
    expect((await recordSample(path, { which: 2 })).trim().split('\n')).toHaveLength(12);
    await expect(recordSample(path, { which: 3 })).rejects.toMatchObject({ code: 'SAMPLE_AMBIGUOUS' });
  });

  it('refuses a conversation of which a part was not captured', async () => {
    const recorder = new SampleRecorder();
    const bytes = new Uint8Array(4);
    const chunk = { outgoing: true, bytes, view: new DataView(bytes.buffer), start: 0, end: 4, at: 1 };
    const rest = { pid: 0, tid: 0, unit: 0, sequence: -1 };
    const ends = { local: null, remote: null, pid: 0, fromStart: true, protocol: null };
    const connection = recorder.open({ transport: 'tcp', role: 'server', observed: true, ...ends });
    recorder.data(connection, { ...chunk, ...rest, position: 0, length: 10 });
    recorder.data(connection, { ...chunk, ...rest, position: 15, length: 4 });
    const [part] = recorder.samples('part');
    expect(part).toMatchObject({ missing: 11, turns: [{ fromClient: false }, { fromClient: false }] });
    await expect(recordSample(part!)).rejects.toMatchObject({
      code: 'SAMPLE_INCOMPLETE',
      message: 'part: 11 bytes of the conversation were not captured',
    });
  });
});

it('a recorder before a pipeline hands everything on', () => {
  const recorder = new SampleRecorder();
  const handed: string[] = [];
  const inner = { ignored: true };
  const sink = recorder.before({
    open: () => inner,
    update: (handle) => void handed.push(`update ${handle === inner}`),
    data: (handle) => void handed.push(`data ${handle === inner}`),
    close: (handle) => void handed.push(`close ${handle === inner}`),
  });
  const ends = { local: null, remote: null, pid: 0, fromStart: true, protocol: null };
  const connection = sink.open({ transport: 'tcp', role: null, observed: true, ...ends });
  expect(connection.ignored).toBe(true);
  const bytes = Uint8Array.of(1, 2);
  const place = { position: 0, length: 2, start: 0, end: 2, at: 1, pid: 0, tid: 0, unit: 0, sequence: -1 };
  sink.update(connection, { role: 'server' });
  sink.data(connection, { outgoing: false, bytes, view: new DataView(bytes.buffer), ...place });
  bytes.fill(0);
  sink.close(connection, 2);
  expect(handed).toEqual(['update true', 'data true', 'close true']);
  expect(recorder.samples('x')).toMatchObject([
    { turns: [{ fromClient: true, bytes: Uint8Array.of(1, 2) }], missing: 0 },
  ]);
});
