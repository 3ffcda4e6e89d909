import { latin1 } from '@sonde/core';
import { describe, expect, it } from 'vitest';
import { echo, echoSample, frame, readFrame } from './echo-protocol.fixture.js';
import { type ParserConformanceOptions, parserConformance } from './parser-conformance.js';
import { assertConforms, formatReport } from './report.js';
import { sample } from './sample.js';

const run = (changes: Parameters<typeof echo>[0], options: Partial<ParserConformanceOptions> = {}) =>
  parserConformance(echo(changes), { samples: [echoSample], fuzzMs: 20, cases: 200, ...options });

/** The checks that failed. */
const failures = (changes: Parameters<typeof echo>[0], options: Partial<ParserConformanceOptions> = {}) =>
  run(changes, options)
    .checks.filter(({ passed }) => !passed)
    .map(({ check }) => check);

describe('a parser that does everything right', () => {
  it('conforms, and the report says how much was tried', () => {
    const report = run({});
    expect(formatReport(report)).toMatch(/^echo conforms to parser API v1: 17 checks, \d{3,} cases$/);
    expect(() => assertConforms(report)).not.toThrow();
  });

  it('gives the same report again', () => {
    const outcome = () => run({}).checks.map(({ check, passed }) => [check, passed]);
    expect(outcome()).toEqual(outcome());
  });

  it('is tried with datagrams in any order', () => {
    const turns = [1, 2, 3].flatMap((id) => [
      ['client', frame(id, `${id}`)] as const,
      ['server', frame(id, `${id}`)] as const,
    ]);
    const report = run({ detect: { rules: [udpRule] } }, { samples: [sample('udp', turns, { transport: 'udp' })] });
    expect(report.checks.map(({ check }) => check)).toContain('pairs responses in any order');
    expect(formatReport(report)).toContain('echo conforms');
  });
});

const udpRule = { direction: 'request' as const, transports: ['udp' as const], match: [{ offset: 0, bytes: [0xec] }] };

describe('a parser that', () => {
  it('takes a chunk for a message is caught', () => {
    const found = failures({
      createStream: (_, context) => ({
        read({ bytes, start, end }) {
          context.emit({ kind: context.direction, id: bytes[start + 2]!, text: latin1(bytes, start + 4, end) });
          return end - start;
        },
      }),
    });
    expect(found).toContain('is the same however it is split');
    expect(found).toContain('is the same byte by byte');
  });

  it('keeps a view of the chunk is caught', () => {
    const found = failures({
      createStream: (_, context) => ({
        read({ bytes, start, end }) {
          return readFrame(bytes, start, end, {
            ...context,
            direction: context.direction,
            fail: (reason) => context.fail(reason),
            emit: (message) => context.emit({ ...message, view: bytes.subarray(start, start + 4) } as never),
          });
        },
      }),
    });
    expect(found).toContain('keeps nothing of a chunk');
  });

  it('keeps state outside of the connection is caught', () => {
    let count = 0;
    const found = failures({ attributes: () => ({ 'echo.count': count++ }) });
    expect(found).toContain('says the same each time');
  });

  it('throws what is no failure of its own is caught', () => {
    const found = failures({
      createStream: (_, context) => ({
        read({ bytes, start, end }) {
          if (bytes[start] !== 0xec) throw new RangeError('unexpected');
          return readFrame(bytes, start, end, context);
        },
      }),
    });
    expect(found).toContain('bears damage and noise');
  });

  it('pairs by order what has ids is caught', () => {
    expect(failures({ match: 'fifo' }, { samples: [{ ...echoSample, exchanges: expected }] })).toContain(
      'reads what the sample holds',
    );
  });

  it('never finds its way back is caught', () => {
    const found = failures({
      createStream: (_, context) => ({
        read: ({ bytes, start, end }) => readFrame(bytes, start, end, context),
        resync: () => -1,
      }),
    });
    expect(found).toContain('finds its way back after a loss');
  });

  it('keeps all that it reads is caught', () => {
    const kept: string[] = [];
    const found = failures({
      createStream: (_, context) => ({
        read({ bytes, start, end }) {
          const size = readFrame(bytes, start, end, context);
          if (size > 0)
            kept.push(
              Buffer.from(bytes.subarray(start, start + size))
                .toString('hex')
                .repeat(500),
            );
          if (size > 0) kept.push(Buffer.alloc(40_000, kept.length).toString('latin1'));
          return size;
        },
      }),
    });
    expect(found).toContain('keeps its memory within bounds');
  });

  it('waits for an end that never comes, without a bound, is caught', () => {
    const found = failures({
      createStream: (_, context) => {
        const heads: string[] = [];
        return {
          read({ bytes, start, end }) {
            if (bytes[start] === 0xec) return readFrame(bytes, start, end, context);
            heads.push(latin1(bytes, start, end));
            return end - start;
          },
        };
      },
    });
    expect(found).toContain('keeps its memory within bounds');
  });

  it('claims any traffic is caught', () => {
    const other = sample('other', [
      ['client', frame(1, 'not ours')],
      ['server', frame(1, 'neither')],
    ]);
    expect(failures({}, { others: [other] })).toEqual(['leaves other protocols alone']);
  });

  it('gives attributes that OpenTelemetry does not allow is caught', () => {
    expect(failures({ attributes: () => ({ 'echo.size': Number.NaN }) })).toContain(
      'describes exchanges in plain data',
    );
  });

  it('comes without a sample is caught', () => {
    expect(failures({}, { samples: [] })).toEqual(['declares what the contract asks for']);
  });
});

const expected = [0, 1, 2, 3, 4, 5].flatMap((index) => [
  { name: 'ECHO', error: 'refused', request: { text: `ask ${2 * index + 1}` } },
  { name: 'ECHO', error: null, request: { text: `ask ${2 * index}` }, response: { text: `answer ${2 * index}` } },
]);

describe('what a sample expects', () => {
  it('holds for a parser that reads it', () => {
    expect(failures({}, { samples: [{ ...echoSample, exchanges: expected }] })).toEqual([]);
  });

  it('names the field that differs, and fails with the whole report', () => {
    const wrong = [{ name: 'ECHO', request: { text: 'other' } }, ...expected.slice(1)];
    const report = run({}, { samples: [{ ...echoSample, exchanges: wrong }] });
    expect(() => assertConforms(report)).toThrow(/exchange 1.request.text is "ask 1", expected "other"/);
    expect(formatReport(report)).toMatch(/^echo does not conform to parser API v1: 1 of 17 checks failed\n {2}reads/);
  });

  it('counts', () => {
    const report = run({}, { samples: [{ ...echoSample, exchanges: expected.slice(1) }] });
    expect(formatReport(report)).toContain('12 exchanges were found, 11 are expected');
  });
});
