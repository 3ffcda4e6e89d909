import type { MetricFamily, MetricSnapshot } from '@sonde/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exposition } from './exposition.js';
import { translate } from './translate.js';

function write(format: 'text' | 'openmetrics', ...families: MetricFamily[]): string {
  const snapshot: MetricSnapshot = { startUnixNano: 0n, timeUnixNano: 0n, families };
  return exposition(
    translate(snapshot, () => {}),
    format,
  );
}

const counter: MetricFamily = {
  name: 'sonde.events',
  type: 'counter',
  unit: '{event}',
  description: 'Events "read"\nfrom C:\\kernel',
  points: [{ attributes: { 'probe.name': 'l7', n: 1, ok: true, list: ['a', 'b'] }, value: 3 }],
};

const histogram: MetricFamily = {
  name: 'http.server.request.duration',
  type: 'histogram',
  unit: 's',
  description: '',
  points: [
    {
      attributes: { 'http.route': '/a"b\\c\nd' },
      histogram: {
        bounds: [0.00005, 1],
        counts: [2, 1, 4],
        count: 7,
        sum: 12.5,
        exemplars: [
          { value: 0.00001, timeUnixNano: 1_700_000_000_123_456_789n, traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) },
          null,
          { value: 2, timeUnixNano: 1n, traceId: null, spanId: null },
        ],
      },
    },
  ],
};

describe('the text format', () => {
  it('writes a counter', () => {
    expect(write('text', counter)).toBe(
      [
        '# TYPE sonde_events_total counter',
        '# HELP sonde_events_total Events "read"\\nfrom C:\\\\kernel',
        'sonde_events_total{list="[\\"a\\",\\"b\\"]",n="1",ok="true",probe_name="l7"} 3',
        '',
      ].join('\n'),
    );
  });

  it('writes a histogram with cumulative buckets and no exemplar', () => {
    expect(write('text', histogram)).toBe(
      [
        '# TYPE http_server_request_duration_seconds histogram',
        'http_server_request_duration_seconds_bucket{http_route="/a\\"b\\\\c\\nd",le="0.00005"} 2',
        'http_server_request_duration_seconds_bucket{http_route="/a\\"b\\\\c\\nd",le="1"} 3',
        'http_server_request_duration_seconds_bucket{http_route="/a\\"b\\\\c\\nd",le="+Inf"} 7',
        'http_server_request_duration_seconds_sum{http_route="/a\\"b\\\\c\\nd"} 12.5',
        'http_server_request_duration_seconds_count{http_route="/a\\"b\\\\c\\nd"} 7',
        '',
      ].join('\n'),
    );
  });

  it('writes a gauge without labels, and numbers that are none', () => {
    const gauge: MetricFamily = { name: 'g', type: 'gauge', unit: '', description: '', points: [] };
    const of = (value: number) => write('text', { ...gauge, points: [{ attributes: {}, value }] });
    expect(of(-1.5)).toBe('# TYPE g gauge\ng -1.5\n');
    expect(of(Number.POSITIVE_INFINITY)).toContain('g +Inf');
    expect(of(Number.NEGATIVE_INFINITY)).toContain('g -Inf');
    expect(of(1e21)).toContain('g 1e+21');
    expect(write('text', gauge)).toBe('');
  });
});

describe('OpenMetrics', () => {
  it('writes a counter under its name without the suffix', () => {
    expect(write('openmetrics', { ...counter, description: 'x "y"', points: [{ attributes: {}, value: 1 }] })).toBe(
      ['# TYPE sonde_events counter', '# HELP sonde_events x \\"y\\"', 'sonde_events_total 1', '# EOF', ''].join('\n'),
    );
  });

  it('writes units, canonical bounds and exemplars', () => {
    const lines = write('openmetrics', histogram).split('\n');
    expect(lines[1]).toBe('# UNIT http_server_request_duration_seconds seconds');
    expect(lines[2]).toBe(
      'http_server_request_duration_seconds_bucket{http_route="/a\\"b\\\\c\\nd",le="0.00005"} 2 ' +
        `# {trace_id="${'a'.repeat(32)}",span_id="${'b'.repeat(16)}"} 0.00001 1700000000.123456`,
    );
    expect(lines[3]).toContain('le="1.0"} 3');
    expect(lines[4]).toMatch(/le="\+Inf"} 7$/);
    expect(lines.at(-2)).toBe('# EOF');
  });
});

describe('names that meet', () => {
  const gauge = (name: string, attributes: Record<string, string> = {}): MetricFamily => {
    return { name, type: 'gauge', unit: '', description: '', points: [{ attributes, value: 1 }] };
  };

  it('of attributes are joined in one label', () => {
    expect(write('text', gauge('g', { 'a.b': '1', a_b: '2' }))).toContain('g{a_b="1;2"} 1');
  });

  it('of series are written once', () => {
    const twice = {
      ...counter,
      points: [
        { attributes: { a: 1 }, value: 2 },
        { attributes: { a: '1' }, value: 3 },
      ],
    };
    expect(write('text', twice)).toContain('sonde_events_total{a="1"} 5');
  });

  it.each([
    ['two types of one name', [gauge('x.y'), { ...counter, name: 'x.y', unit: '' }], 'x_y_total'],
    [
      'a sample of a histogram',
      [histogram, gauge('http.server.request.duration.seconds.count')],
      'http_server_request_duration_seconds_count',
    ],
  ])('of metrics are reported, and the first one stays: %s', (_what, families, name) => {
    const conflicts: string[] = [];
    const kept = translate({ startUnixNano: 0n, timeUnixNano: 0n, families }, (conflict) => conflicts.push(conflict));
    expect(kept).toHaveLength(1);
    expect(conflicts).toEqual([name]);
  });

  it('never give a line twice, nor one that breaks the format', () => {
    const text = fc.oneof(
      fc.constantFrom('a', 'a.b', 'a_b', '"', '\\', '\n', '}', ' # {', 'é'),
      fc.string({ unit: 'binary' }),
    );
    const attributes = fc.dictionary(text, text, { maxKeys: 3 });
    const points = fc.array(fc.record({ attributes, value: fc.double({ noNaN: true }) }), { maxLength: 4 });
    const family = fc.record({
      name: fc.constantFrom('a', 'a.b', 'a_b', 'c'),
      type: fc.constantFrom('counter' as const, 'gauge' as const),
      unit: fc.constantFrom('', 's', '1'),
      description: text,
      points,
    });
    fc.assert(
      fc.property(
        fc.array(family, { maxLength: 4 }),
        fc.constantFrom('text' as const, 'openmetrics' as const),
        (families, format) => {
          const lines = write(format, ...families).split('\n');
          const series = new Set<string>();
          for (const line of lines) {
            expect(line).toMatch(
              /^(|# (TYPE|UNIT|HELP) [a-z_:]+ ?.*|# EOF|[a-z_:]+(\{([a-zA-Z_0-9]+="([^"\\\n]|\\["\\n])*",?)+\})? [-+0-9.e]+|[a-z_:]+.* [+-]Inf)$/s,
            );
            if (line === '' || line.startsWith('#')) continue;
            const name = line.slice(0, line.lastIndexOf(' '));
            expect(series).not.toContain(name);
            series.add(name);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
