/**
 * What a promise gives, unless nothing is left that could settle it: Node would end then, with status 13 and in silence.
 *
 * @param unsettled makes the error for that case
 */
export function settled<T>(promise: Promise<T>, unsettled: () => Error): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const giveUp = () => reject(unsettled());
    process.once('beforeExit', giveUp);
    promise.then(resolve, reject).finally(() => process.off('beforeExit', giveUp));
  });
}
