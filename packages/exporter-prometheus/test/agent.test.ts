import { createAgent } from '@sonde/core';
import { describe, expect, it } from 'vitest';
import { prometheus } from '../src/index.js';

describe('an agent with the Prometheus exporter', () => {
  it('tells its address, serves its own metrics there, and leaves nothing behind', async () => {
    const agent = await createAgent({
      exporters: [prometheus({ port: 0 })],
      targets: [`pid=${process.pid}`],
      workers: 0,
    });
    let address: string;
    try {
      address = agent.addresses['prometheus']!;
      const text = await (await fetch(address)).text();
      expect(text).toMatch(/^target_info\{.*service_name="sonde"/m);
      expect(text).toMatch(/^sonde_process_cpu_time_seconds_total\{cpu_mode="user"\} \d/m);
    } finally {
      await agent.stop();
    }
    await expect(fetch(address)).rejects.toThrow();
  });

  it('refuses to start on a port in use, and leaves nothing behind', async () => {
    const first = await createAgent({ exporters: [prometheus({ port: 0 })], targets: ['pid=1'], workers: 0 });
    try {
      const port = Number(new URL(first.addresses['prometheus']!).port);
      const second = createAgent({ exporters: [prometheus({ port })], targets: ['pid=1'], workers: 0 });
      await expect(second).rejects.toMatchObject({ code: 'PORT_IN_USE' });
    } finally {
      await first.stop();
    }
  });
});
