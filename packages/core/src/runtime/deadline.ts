/**
 * Waits for something, but not for ever.
 *
 * @returns true if it came about in time; what it threw is thrown. A late failure is nobody's any more and is swallowed.
 */
export async function withinDeadline(work: Promise<unknown> | undefined, milliseconds: number): Promise<boolean> {
  if (work === undefined) return true;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), milliseconds);
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
    work.catch(() => {});
  }
}

/** Anything that was thrown, as an error. */
export function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
