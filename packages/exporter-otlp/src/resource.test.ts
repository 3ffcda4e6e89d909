import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import type { OtlpResource } from './otlp-model.js';
import { Resources } from './resource.js';

const plain = ({ attributes }: OtlpResource) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? Number(value.intValue)]));

describe('a resource', () => {
  const container = 'c'.repeat(64);

  it('of an observed process names its service, its pid and its container', () => {
    const resource = plain(new Resources({}).of({ pid: 7, tid: 9, name: 'nginx', container }));
    expect(resource).toMatchObject({
      'service.name': 'nginx',
      'process.pid': 7,
      'process.executable.name': 'nginx',
      'container.id': container,
      'host.name': hostname(),
      'os.type': 'linux',
      'telemetry.sdk.name': 'sonde',
      'telemetry.sdk.language': 'nodejs',
      'telemetry.sdk.version': expect.stringMatching(/^\d/),
    });
  });

  it('takes the service’s name and pod where they are known', () => {
    const observed = { pid: 7, tid: 7, name: 'node', container: null, service: 'checkout', pod: 'p-1' };
    expect(plain(new Resources({}).of(observed))).toMatchObject({
      'service.name': 'checkout',
      'process.executable.name': 'node',
      'k8s.pod.uid': 'p-1',
    });
  });

  it('of nobody is an unknown service without a process', () => {
    const resource = plain(new Resources({}).of(null));
    expect(resource['service.name']).toBe('unknown_service');
    expect(resource).not.toHaveProperty('process.pid');
  });

  it('is the same object for the same process, whatever the thread', () => {
    const resources = new Resources({});
    const process = { pid: 7, tid: 1, name: 'a', container: null };
    expect(resources.of({ ...process, tid: 2 })).toBe(resources.of(process));
    expect(resources.of({ ...process, name: 'b' })).not.toBe(resources.of(process));
  });

  it('has the attributes that it was given; the name of a service among them is the agent’s', () => {
    const resources = new Resources({ 'service.name': 'agent', 'deployment.environment.name': 'test' });
    expect(plain(resources.agent())).toMatchObject({ 'service.name': 'agent', 'deployment.environment.name': 'test' });
    const observed = plain(resources.of({ pid: 7, tid: 7, name: 'nginx', container: null }));
    expect(observed).toMatchObject({ 'service.name': 'nginx', 'deployment.environment.name': 'test' });
    expect(plain(new Resources({}).agent())).toMatchObject({ 'service.name': 'sonde', 'process.pid': process.pid });
  });

  it('is remembered for a bounded number of processes', () => {
    const resources = new Resources({});
    const first = resources.of({ pid: 1, tid: 1, name: null, container: null });
    for (let pid = 2; pid < 3000; pid++) resources.of({ pid, tid: 1, name: null, container: null });
    expect(plain(resources.of({ pid: 1, tid: 1, name: null, container: null }))).toEqual(plain(first));
  });
});
