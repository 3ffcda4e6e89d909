import type { StreamContext } from '@sonde/core';
import type { ThriftMessage, ThriftRequest } from './messages.js';

type Context = StreamContext<ThriftMessage, Calls>;

/** Most calls that are followed; a connection with more of them forgets the oldest. */
const MAX_OPEN = 1024;
/** Distance between the ids of calls that share a sequence id. */
const TURN = 2 ** 32;
/** After so long without a message nothing is outstanding, in nanoseconds. */
const SILENCE = 1e9;
/** How often a call has to meet nothing outstanding until the order is believed of a client that overlaps its calls. */
const CLEAN_STARTS = 4;

/**
 * The calls of a connection that wait. Sequence ids tell them apart only where the client counts; many send 0 always,
 * and then the order tells, together with the method's name, which the answer repeats. A loss makes the order uncertain:
 * what waits then is given up, and nothing is paired until the order has proved itself: calls were answered, no stray
 * answer followed, and the next call came. No pair beats a wrong pair.
 */
export class Calls {
  /** True once a direction had its stream: another one means that bytes were lost. */
  readonly #begun = { request: false, response: false };
  readonly #open: ThriftRequest[] = [];
  #last: number | null = null;
  /** The client was seen to count, and never to send an id twice in a row. */
  #distinct = false;
  #repeats = false;
  /** Several calls of one id were under way at once. */
  #overlapping = false;
  #whole = true;
  #unproven = false;
  /** While unproven: calls that wait, whether all were answered since the last call began, and how often that was so. */
  #waiting = 0;
  #settled = false;
  #cleanStarts = 0;
  #turn = 0;
  #lastAt = 0;

  /** A stream of the direction begins: the first one, or another after a loss. */
  begins(context: Context): void {
    if (!context.fromStart) this.#whole = false;
    if (this.#begun[context.direction]) this.#lose(context);
    this.#begun[context.direction] = true;
  }

  /**
   * A call begins: gives it the id that its answer will be found by.
   *
   * @returns false if its answer couldn't be told from that of another call
   */
  request(context: Context, message: ThriftRequest, at: number): boolean {
    const { sequenceId } = message;
    if (this.#last !== null) {
      if (sequenceId === this.#last) this.#repeats = true;
      else this.#distinct = true;
    }
    this.#last = sequenceId;
    const quiet = at - this.#lastAt >= SILENCE;
    this.#lastAt = at;
    if (this.#unproven && !this.#counts && !this.#proves(quiet)) return false;
    const taken = context.pending(sequenceId) !== undefined || (this.#turn > 0 && this.#isOpen(sequenceId));
    message.id = taken ? sequenceId + TURN * ++this.#turn : sequenceId;
    if (this.#open.length >= MAX_OPEN) giveUp(context, this.#open.shift()!, 'too many calls');
    this.#open.push(message);
    return true;
  }

  /** The id of the call that an answer belongs to, or undefined. */
  response(context: Context, sequenceId: number, method: string, at: number): number | undefined {
    this.#lastAt = at;
    if (this.#unproven) this.#settle();
    const open = this.#open;
    for (let index = 0; index < open.length; index++) {
      const call = open[index]!;
      if (call.sequenceId !== sequenceId || !answers(call, method)) continue;
      if (context.pending(call.id) !== call) {
        open.splice(index--, 1); // it has timed out
        continue;
      }
      const several = open.some((other, place) => place > index && other.sequenceId === sequenceId);
      if (several && !this.#whole) {
        this.#distrust(context);
        return undefined;
      }
      if (several) this.#overlapping = true;
      open.splice(index, 1);
      return call.id;
    }
    return undefined;
  }

  #isOpen(sequenceId: number): boolean {
    return this.#open.some((call) => call.sequenceId === sequenceId);
  }

  /** Whether the sequence ids of the client tell its calls apart. */
  get #counts(): boolean {
    return this.#distinct && !this.#repeats;
  }

  #lose(context: Context): void {
    this.#whole = false;
    if (!this.#counts) this.#distrust(context);
  }

  #distrust(context: Context): void {
    for (const call of this.#open.splice(0)) giveUp(context, call, 'loss');
    this.#unproven = true;
    this.#settled = false;
    this.#waiting = this.#cleanStarts = 0;
  }

  /** A call begins while the order is unproven; true if it proves it. */
  #proves(quiet: boolean): boolean {
    if (this.#settled && this.#waiting === 0) this.#cleanStarts++;
    this.#settled = false;
    const needed = this.#overlapping ? CLEAN_STARTS : 1;
    if (quiet || this.#cleanStarts >= needed) this.#unproven = false;
    else this.#waiting++;
    return !this.#unproven;
  }

  /** An answer comes while the order is unproven. */
  #settle(): void {
    if (this.#waiting > 0) {
      if (--this.#waiting === 0) this.#settled = true;
      return;
    }
    this.#settled = false;
    this.#cleanStarts = 0;
  }
}

/** Another call may have its id by now. */
function giveUp(context: Context, call: ThriftRequest, reason: string): void {
  if (context.pending(call.id) === call) context.abandon(call, reason);
}

/** Whether an answer's name is that of the call; a multiplexing server has taken the service off. */
function answers({ operation, resource }: ThriftRequest, method: string): boolean {
  if (operation === method) return true;
  return resource !== null && operation.endsWith(method) && operation.length === resource.length + 1 + method.length;
}
