import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labelName, prometheusName, prometheusUnit } from './prometheus-name.js';

describe('a metric for Prometheus', () => {
  it.each([
    ['http.server.request.duration', 's', 'histogram', 'http_server_request_duration_seconds'],
    ['db.client.operation.duration', 's', 'histogram', 'db_client_operation_duration_seconds'],
    ['sonde.events', '{event}', 'counter', 'sonde_events_total'],
    ['sonde.events.total', '{event}', 'counter', 'sonde_events_total'],
    ['sonde.process.cpu.time', 's', 'counter', 'sonde_process_cpu_time_seconds_total'],
    ['sonde.process.memory.usage', 'By', 'gauge', 'sonde_process_memory_usage_bytes'],
    ['already.bytes', 'By', 'gauge', 'already_bytes'],
    ['bytes', 'By', 'gauge', 'bytes'],
    ['throughput', 'By/s', 'gauge', 'throughput_bytes_per_second'],
    ['requests', '{request}/s', 'gauge', 'requests_per_second'],
    ['hits', '1', 'gauge', 'hits_ratio'],
    ['hits', '1', 'counter', 'hits_total'],
    ['load', '%', 'gauge', 'load_percent'],
    ['odd', 'furlong', 'gauge', 'odd_furlong'],
    ['1st.metric--name', '', 'gauge', '_1st_metric_name'],
    ['näme', '', 'gauge', 'n_me'],
    ['proto', 'constructor', 'gauge', 'proto_constructor'],
  ] as const)('%s in %j (%s) is %s', (name, unit, type, expected) => {
    expect(prometheusName(name, unit, type)).toBe(expected);
  });

  it('has a name that Prometheus allows, whatever it was called', () => {
    const type = fc.constantFrom('counter', 'gauge', 'histogram');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), type, (name, unit, kind) => {
        expect(prometheusName(name, unit, kind)).toMatch(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/);
      }),
    );
  });
});

describe('a unit', () => {
  it.each([
    ['s', 'seconds'],
    ['{annotation}', ''],
    ['{a}By', 'bytes'],
    ['', ''],
    ['a/b/c', ''],
  ])('%j is %j', (unit, word) => {
    expect(prometheusUnit(unit, 'gauge')).toBe(word);
  });
});

describe('a label', () => {
  it.each([
    ['http.request.method', 'http_request_method'],
    ['1st', '_1st'],
    ['__name__', '_name_'],
    ['le', 'le_'],
    ['a:b', 'a_b'],
    ['', '_'],
  ])('%j is %s', (name, expected) => {
    expect(labelName(name)).toBe(expected);
  });
});
