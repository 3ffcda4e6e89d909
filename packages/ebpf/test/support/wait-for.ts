import { setTimeout as pause } from 'node:timers/promises';

/** Waits until a condition holds; fails, naming it, when it doesn't within the deadline. */
export async function waitFor(what: string, condition: () => boolean, deadlineMs = 5_000): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`not within ${deadlineMs} ms: ${what}`);
    await pause(2);
  }
}
