import { parentPort } from 'node:worker_threads';
import { toError, withinDeadline } from '../deadline.js';
import { toPort } from './messages.js';
import { WorkerServer } from './worker-server.js';

/** A worker that broke down cleans up within this time, or without it. Milliseconds. */
const CLEANUP_MS = 10_000;

const port = parentPort!;
const server = new WorkerServer(toPort(port), () => port.close());

// What a thread leaves in the kernel stays until the whole process ends: clean up before it does.
process.once('uncaughtException', (thrown) => {
  void withinDeadline(server.broke(toError(thrown)), CLEANUP_MS).finally(() => process.exit(1));
});
