/** Called once when nobody reads stdout any more; without a listener the process ends. */
let onClosed: (() => void) | null = null;

/**
 * `sonde decode … | head` is no fault: when the reader of stdout goes away, the command ends quietly, with 0. Commands
 * that have to clean up take over by {@link onClosedPipe}.
 */
export function endQuietlyOnClosedPipe(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    if (onClosed === null) process.exit(0);
    onClosed();
  });
  // Whoever closes stderr doesn't want to hear more.
  process.stderr.on('error', () => {});
}

/** Sets what happens when nobody reads stdout any more. */
export function onClosedPipe(listener: () => void): void {
  onClosed = listener;
}
