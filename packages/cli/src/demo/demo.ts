import { fork } from 'node:child_process';
import { once } from 'node:events';
import { pretty } from '../exporters/pretty.js';
import { makeProbe } from '../plugins/load-factory.js';
import { runAgent } from '../run/run-agent.js';

/** Built beside the module that this one is part of. */
const SERVICE = new URL('./demo-service.js', import.meta.url);

/**
 * Starts a small HTTP service with some load, and shows its requests as the kernel sees them.
 *
 * @param duration milliseconds, or undefined to go on until a signal.
 * @returns the exit status.
 * @throws CapabilityError when nothing can be observed here.
 */
export async function demonstrate(duration: number | undefined): Promise<number> {
  const service = fork(SERVICE, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  try {
    const [{ port }] = (await once(service, 'message')) as [{ port: number }];
    return await runAgent({
      agent: {
        probes: [await makeProbe('l7')],
        exporters: [pretty()],
        targets: [`pid=${service.pid}`],
        workers: 0,
      },
      command: null,
      duration,
      stats: undefined,
      ready: `a small service at http://127.0.0.1:${port}`,
      onStart: () => {
        service.send('go');
      },
    });
  } finally {
    if (service.exitCode === null && service.signalCode === null) {
      service.kill();
      await once(service, 'exit');
    }
  }
}
