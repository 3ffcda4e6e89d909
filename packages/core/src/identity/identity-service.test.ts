import { beforeEach, describe, expect, it } from 'vitest';
import { FakeProcessSource } from './fake-process-source.js';
import { IdentityService } from './identity-service.js';

const id = 'a'.repeat(64);

describe('IdentityService', () => {
  let now: number;
  let source: FakeProcessSource;
  let identities: IdentityService;

  beforeEach(() => {
    now = 0;
    source = new FakeProcessSource({
      7: {
        comm: 'node',
        startTime: 99,
        executable: '/usr/bin/node',
        commandLine: ['node', 'shop.js'],
        cgroups: [`/docker/${id}`],
      },
    });
    identities = new IdentityService(source, { now: () => now, toUnixNano: BigInt });
  });

  it('reads a process once', () => {
    expect(identities.lookup(7)).toEqual({
      pid: 7,
      name: 'node',
      executable: '/usr/bin/node',
      commandLine: ['node', 'shop.js'],
      startTime: 99,
      container: id,
      pod: null,
      service: 'shop',
    });
    identities.lookup(7);
    expect(source.reads).toBe(1);
    expect(identities.process(7, 8)).toEqual({ pid: 7, tid: 8, name: 'node', container: id });
  });

  it('reads again after exec', () => {
    identities.lookup(7);
    source.processes.set(7, { comm: 'sh' });
    identities.executed(7, 'sh');
    expect(identities.lookup(7)).toMatchObject({ name: 'sh', container: null });
  });

  it('remembers a process for ten seconds after its exit, since its last events are still to be read', () => {
    identities.lookup(7);
    source.processes.delete(7);
    identities.exited(7, 'node');
    now = 9e9;
    expect(identities.lookup(7)).toMatchObject({ name: 'node', container: id });
  });

  it('reads a pid again that is used for another process later', () => {
    identities.lookup(7);
    identities.exited(7, 'node');
    source.processes.set(7, { comm: 'other' });
    now = 11e9;
    expect(identities.lookup(7).name).toBe('other');
  });

  it('asks for news of a process that was gone before anybody had heard of it, and for no other', () => {
    let asked = 0;
    const late: IdentityService = new IdentityService(source, { now: () => now, toUnixNano: BigInt }, () => {
      asked++;
      late.executed(8, 'curl');
      late.exited(8, 'curl');
    });
    expect(late.lookup(7).name).toBe('node');
    expect(asked).toBe(0);
    expect([late.lookup(8).name, late.lookup(8).name, asked]).toEqual(['curl', 'curl', 1]);
    expect([late.lookup(9).name, late.lookup(9).name, asked]).toEqual([null, null, 2]);
  });

  it('forgets a process whose pid is forked anew, before the new one is read', () => {
    identities.executed(8, 'curl');
    identities.exited(8, 'curl');
    expect(identities.lookup(8).name).toBe('curl');
    source.processes.set(8, { comm: 'sh' });
    identities.forked(8);
    expect(identities.lookup(8).name).toBe('sh');
  });

  it('knows the name that the kernel gave of a process that was gone before it could be read', () => {
    identities.executed(8, 'curl');
    identities.exited(8, 'curl');
    expect(identities.lookup(8)).toMatchObject({ pid: 8, name: 'curl', executable: null });
  });

  it('says what it does not know, and asks for it at most once a second', () => {
    expect(identities.process(9, 9)).toEqual({ pid: 9, tid: 9, name: null, container: null });
    identities.lookup(9);
    expect(source.reads).toBe(1);
    now = 2e9;
    source.processes.set(9, { comm: 'late' });
    expect(identities.lookup(9).name).toBe('late');
  });

  it('has no process for pid 0', () => {
    expect(identities.process(0, 0)).toBeNull();
  });

  it('never remembers more than 16384 processes', () => {
    for (let pid = 1; pid < 20_000; pid++) identities.lookup(pid);
    expect(identities.size).toBe(16_384);
  });
});
