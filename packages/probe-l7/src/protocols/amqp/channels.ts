import type { Direction } from '@sonde/core';

/** Channels of a connection that are kept track of; brokers allow 2047 by default. */
const MAX_CHANNELS = 4096;
/** Calls of one channel that may wait; nearly all clients wait for each. */
const MAX_WAITING = 256;
/** Consumers of a channel whose queues are remembered. */
const MAX_CONSUMERS = 1024;
/** Confirms are counted up to here: 2^36 publications of a channel. */
const TAGS = 2 ** 36;
/** Nothing that was published so long ago, in nanoseconds, still waits for its confirm. */
const SILENCE = 1e9;
/** Most publications that one confirm may answer. */
const MAX_CONFIRMED = 10_000;

/** A call that waits for its reply. */
export interface Call {
  readonly id: number;
  /** Key of the method. */
  readonly key: number;
  readonly by: Direction;
  /** Queue of a Consume. */
  readonly queue: string | undefined;
}

/** What both directions know of a channel. */
export class Channel {
  readonly number: number;
  /** Calls without a reply so far, oldest first. */
  readonly calls: Call[] = [];
  /** Queues by consumer tag. */
  readonly consumers = new Map<string, string>();
  /** Tag of the next publication, or 0 while they aren't confirmed. */
  nextTag = 0;
  /** Publications were missed since: those of now have tags that nobody knows. */
  uncounted = false;
  /** All publications below have their confirm, or may have had one that nobody saw. */
  lowestTag = 1;
  /** Highest tag that the broker confirmed. */
  confirmedTag = 0;
  /** The same, since bytes were last missed. */
  #seenTag = 0;
  /** Time of the last publication or confirm. */
  #busyAt = 0;
  /** Calls may have been missed on a connection whose client doesn't wait: replies can't be told apart. */
  doubtful = false;

  constructor(number: number) {
    this.number = number;
  }

  /** Publications are confirmed from now on. */
  confirm(): void {
    if (this.nextTag === 0) this.nextTag = this.lowestTag = 1;
  }

  /**
   * The tag of a publication at time `at`; 0 if it has none, or if nobody knows it. After a silence all that was published
   * before has been confirmed, so that it follows the last confirm.
   */
  nextPublication(at: number): number {
    if (this.uncounted && this.#seenTag > 0 && at - this.#busyAt >= SILENCE) {
      this.nextTag = this.lowestTag = this.#seenTag + 1;
      this.uncounted = false;
    }
    this.#busyAt = at;
    return this.nextTag === 0 || this.uncounted ? 0 : this.nextTag++;
  }

  /** The broker confirms this tag, and others below: then the channel has confirms, whoever asked for them. */
  confirmed(tag: number, at: number): void {
    if (this.nextTag === 0) {
      this.nextTag = 1;
      this.uncounted = true;
    }
    if (tag < TAGS) this.#seenTag = Math.max(this.#seenTag, tag);
    this.#busyAt = at;
  }

  /** Gives up counting: publications were missed, or won't be confirmed. */
  stopCounting(): void {
    this.uncounted = this.nextTag > 0;
    this.#seenTag = 0;
  }

  /** Confirms may have been missed: one for many may not be that of older publications. */
  missConfirms(): void {
    this.lowestTag = Math.max(this.lowestTag, this.nextTag);
    this.#seenTag = 0;
  }

  /** Id of the publication with this tag. */
  idOf(tag: number): number {
    return this.number * TAGS + tag;
  }

  /** Lowest tag that a confirm of all up to `last` may still answer. */
  firstOf(last: number): number {
    return Math.min(last, Math.max(this.lowestTag, this.nextTag - MAX_CONFIRMED));
  }

  consume(tag: string, queue: string): void {
    if (this.consumers.size < MAX_CONSUMERS) this.consumers.set(tag, queue);
  }
}

/** What both directions of a connection share. */
export class AmqpConnection {
  /** Largest frame, in bytes; 0 if nobody saw what both sides agreed to. */
  frameMax = 0;
  readonly #channels = new Map<number, Channel>();
  #last: Channel | null = null;
  /** Ids of calls count downwards, apart from those of publications. */
  #nextId = -1;
  #pipelined = false;
  #started = 0;

  /** The channel of this number. Beyond the most that are kept track of, one of which nothing is known. */
  channel(number: number): Channel {
    if (this.#last !== null && this.#last.number === number) return this.#last;
    let channel = this.#channels.get(number);
    if (channel === undefined) {
      channel = new Channel(number);
      if (this.#channels.size < MAX_CHANNELS) this.#channels.set(number, channel);
      else channel.doubtful = true;
    }
    this.#last = channel;
    return channel;
  }

  /** Forgets a channel: its number may be used anew. */
  forget(number: number): void {
    this.#channels.delete(number);
    if (this.#last?.number === number) this.#last = null;
  }

  /** Takes down a call, and gives it the id by which its reply will find it; null if there is no telling. */
  call(channel: Channel, key: number, by: Direction, queue: string | undefined): number | null {
    if (channel.doubtful || channel.calls.length >= MAX_WAITING) return null;
    const id = this.#nextId--;
    channel.calls.push({ id, key, by, queue });
    return id;
  }

  /** Removes and returns the oldest call of this method. */
  answered(channel: Channel, key: number, by: Direction): Call | undefined {
    const { calls } = channel;
    const index = calls.findIndex((call) => call.key === key && call.by === by);
    if (index < 0) return undefined;
    const [call] = calls.splice(index, 1);
    // The caller didn't wait for this answer before it went on.
    if (calls.some((other) => other.by === by)) this.#pipelined = true;
    return call;
  }

  /** The channel on which a call of this method waits, if there is exactly one. */
  waitingFor(key: number, by: Direction): Channel | null {
    let found: Channel | null = null;
    for (const channel of this.#channels.values()) {
      if (!channel.calls.some((call) => call.key === key && call.by === by)) continue;
      if (found !== null) return null;
      found = channel;
    }
    return found;
  }

  /** A direction is read from its beginning, or anew after a loss. */
  begin(direction: Direction): void {
    const mark = direction === 'request' ? 1 : 2;
    if ((this.#started & mark) === 0) {
      this.#started |= mark;
      return;
    }
    for (const channel of this.#channels.values()) {
      // What waits may have been answered in the hole, or stand behind a call that was in it.
      channel.calls.length = 0;
      channel.doubtful ||= this.#pipelined;
      if (direction === 'request') channel.stopCounting();
      else channel.missConfirms();
    }
  }
}
