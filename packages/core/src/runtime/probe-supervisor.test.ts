import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import type { ProbeDefinition, ProbeDependencies, ProbeFault, ProbeInstance, ProbeStats } from '../contracts/index.js';
import { collectingLogger } from './loggers.js';
import { ProbeSupervisor } from './probe-supervisor.js';

/** A probe that notes what happens to it, and breaks down when a test says so. */
class TestProbe implements ProbeInstance {
  static log: string[] = [];
  static last: TestProbe;
  static failStart: Error | null = null;
  account: ProbeStats = { events: 1, lost: { full: 2 }, programs: [{ name: 'p', runs: 3, timeNs: 4 }] };

  constructor(
    readonly dependencies: ProbeDependencies,
    readonly options: unknown,
  ) {
    TestProbe.last = this;
  }

  async start(): Promise<void> {
    TestProbe.log.push(`start ${JSON.stringify(this.options)}`);
    if (TestProbe.failStart) throw TestProbe.failStart;
  }

  async stop(): Promise<void> {
    TestProbe.log.push('stop');
  }

  drain(): void {}

  stats(): ProbeStats {
    return this.account;
  }
}

describe('ProbeSupervisor', () => {
  let faults: ProbeFault[];
  let restarts: number;
  let closed: unknown[];
  let undone: string[];
  let logger: ReturnType<typeof collectingLogger>;

  beforeEach(() => {
    vi.useFakeTimers();
    TestProbe.log = [];
    TestProbe.failStart = null;
    faults = [];
    restarts = 0;
    closed = [];
    undone = [];
    logger = collectingLogger();
  });
  afterEach(() => vi.useRealTimers());

  function supervise(
    create = (d: ProbeDependencies, o: unknown): ProbeInstance => new TestProbe(d, o),
    options: unknown = {},
  ) {
    const definition = { name: 'test', apiVersion: 1, options: z.object({}), create } as unknown as ProbeDefinition;
    return new ProbeSupervisor(
      { definition, options, id: 'test' },
      {
        logger,
        faulted: (fault) => faults.push(fault),
        restarted: () => restarts++,
        dependencies: (fault) =>
          ({
            clock: { now: () => 5, toUnixNano: BigInt },
            connections: {
              open: () => ({ ignored: false }),
              update() {},
              data() {},
              close: (connection: unknown) => closed.push(connection),
            },
            targets: { onChange: () => () => undone.push('target listener') },
            metrics: { observe: () => () => undone.push('metric callback') },
            flows: { provide: () => () => undone.push('plane') },
            fault,
          }) as unknown as ProbeDependencies,
      },
    );
  }

  const settled = () => vi.advanceTimersByTimeAsync(0);

  it('starts and stops a probe, and stopping twice does no more', async () => {
    const supervisor = supervise();
    await supervisor.start();
    expect(supervisor.running).toBe(true);
    await supervisor.stop();
    await supervisor.stop();
    expect(TestProbe.log).toEqual(['start {}', 'stop']);
    expect(supervisor.running).toBe(false);
  });

  it('passes on why a probe could not start, after it has stopped what there was of it', async () => {
    TestProbe.failStart = new Error('no such ring');
    const supervisor = supervise();
    await expect(supervisor.start()).rejects.toThrowError('no such ring');
    expect(TestProbe.log).toEqual(['start {}', 'stop']);
    await expect(
      supervise(() => {
        throw new Error('no options');
      }).start(),
    ).rejects.toThrowError('no options');
    expect(faults).toEqual([]);
  });

  it('takes a fault during the start for a failed start', async () => {
    const supervisor = supervise((dependencies, options) => {
      dependencies.fault(new Error('at once'));
      return new TestProbe(dependencies, options);
    });
    await expect(supervisor.start()).rejects.toThrowError('at once');
    expect(supervisor.running).toBe(false);
  });

  it('stops a faulty probe, reports it, and starts it again after one second, two, four', async () => {
    const supervisor = supervise();
    await supervisor.start();
    for (const [index, wait] of [1000, 2000, 4000].entries()) {
      TestProbe.last.dependencies.fault(new Error(`fault ${index}`));
      await settled();
      expect(supervisor.running).toBe(false);
      expect(faults.at(-1)).toMatchObject({ probe: 'test', faults: index + 1, retryMs: wait });
      await vi.advanceTimersByTimeAsync(wait - 1);
      expect(restarts).toBe(index);
      await vi.advanceTimersByTimeAsync(1);
      expect([restarts, supervisor.running]).toEqual([index + 1, true]);
    }
    await supervisor.stop();
  });

  it('goes on trying while the probe cannot start', async () => {
    const supervisor = supervise();
    await supervisor.start();
    TestProbe.failStart = new Error('still broken');
    TestProbe.last.dependencies.fault(new Error('first'));
    await vi.advanceTimersByTimeAsync(1000);
    expect(faults.map(({ error }) => error.message)).toEqual(['first', 'still broken']);
    TestProbe.failStart = null;
    await vi.advanceTimersByTimeAsync(2000);
    expect([restarts, supervisor.running]).toEqual([1, true]);
    await supervisor.stop();
  });

  it('counts one fault where a broken probe cries many times, and none of a probe that has stopped', async () => {
    const supervisor = supervise();
    await supervisor.start();
    const { fault } = TestProbe.last.dependencies;
    fault(new Error('one'));
    fault(new Error('two'));
    await settled();
    fault(new Error('three'));
    expect(supervisor.faults).toBe(1);
    await supervisor.stop();
    await vi.advanceTimersByTimeAsync(100_000);
    expect([restarts, TestProbe.log]).toEqual([0, ['start {}', 'stop']]);
  });

  it('takes what drain throws for a fault', async () => {
    const supervisor = supervise();
    await supervisor.start();
    TestProbe.last.drain = () => {
      throw 'not even an error';
    };
    supervisor.drain();
    expect(faults[0]!.error).toEqual(new Error('not even an error'));
    await supervisor.stop();
  });

  it('takes back whatever a probe leaves behind', async () => {
    const supervisor = supervise();
    await supervisor.start();
    const { connections, targets, metrics, flows } = TestProbe.last.dependencies;
    const [left, closing] = [connections.open({} as never), connections.open({} as never)];
    connections.close(closing, 1);
    targets.onChange(() => {});
    metrics.observe(() => {});
    const end = flows.provide();
    end();
    end();
    await supervisor.stop();
    expect(undone.sort()).toEqual(['metric callback', 'plane', 'target listener']);
    expect(closed).toEqual([closing, left]);
    expect(closed[1]).toBe(left);
  });

  it('leaves connections to the pipeline at the end', async () => {
    const supervisor = supervise();
    await supervisor.start();
    TestProbe.last.dependencies.connections.open({} as never);
    await supervisor.stop({ keepConnections: true });
    expect(closed).toEqual([]);
  });

  it('waits ten seconds at most for a probe to stop', async () => {
    const supervisor = supervise();
    await supervisor.start();
    TestProbe.last.stop = () => new Promise(() => {});
    const stopped = supervisor.stop();
    await vi.advanceTimersByTimeAsync(10_000);
    await stopped;
    expect(logger.lines.map(({ message }) => message)).toEqual(["probe 'test' did not stop within 10 s"]);
  });

  it('notes that a probe failed to stop, and goes on', async () => {
    const supervisor = supervise();
    await supervisor.start();
    TestProbe.last.stop = async () => {
      throw new Error('stuck');
    };
    await supervisor.stop();
    expect(logger.lines[0]!.message).toBe("probe 'test' failed to stop: stuck");
  });

  it('adds up the accounts of all runs', async () => {
    const supervisor = supervise();
    await supervisor.start();
    TestProbe.last.dependencies.fault(new Error('x'));
    await vi.advanceTimersByTimeAsync(1000);
    expect(supervisor.stats()).toEqual({ events: 2, lost: { full: 4 }, programs: [{ name: 'p', runs: 6, timeNs: 8 }] });
    TestProbe.last.stop = async () => {
      TestProbe.last.account = { events: 5, lost: {}, programs: [] };
    };
    await supervisor.stop();
    // Events that came while it stopped count; programs are those from before.
    expect(supervisor.stats()).toEqual({ events: 6, lost: { full: 2 }, programs: [{ name: 'p', runs: 6, timeNs: 8 }] });
  });

  it('hands new options to a probe that takes them, and starts one anew that does not', async () => {
    const supervisor = supervise();
    await supervisor.start();
    await supervisor.reconfigure({});
    expect(TestProbe.log).toEqual(['start {}']);
    await supervisor.reconfigure({ a: 1 });
    expect(TestProbe.log).toEqual(['start {}', 'stop', 'start {"a":1}']);
    const taken: unknown[] = [];
    (TestProbe.last as ProbeInstance).reconfigure = async (options) => void taken.push(options);
    await supervisor.reconfigure({ a: 2 });
    expect([taken, TestProbe.log.length]).toEqual([[{ a: 2 }], 3]);
    await supervisor.stop();
  });

  it('goes back to the old options when the new ones do not work', async () => {
    const supervisor = supervise();
    await supervisor.start();
    const start = vi.spyOn(TestProbe.prototype, 'start').mockRejectedValueOnce(new Error('refused'));
    await expect(supervisor.reconfigure({ a: 1 })).rejects.toThrowError('refused');
    expect([supervisor.running, supervisor.options, TestProbe.last.options]).toEqual([true, {}, {}]);
    start.mockRestore();
    await supervisor.stop();
  });
});
