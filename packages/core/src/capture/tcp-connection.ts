import type { Chunk, ConnectionHandle, ConnectionInfo, ConnectionSink } from '../contracts/connection.js';
import { viewOf } from './packet.js';
import type { TcpCounters } from './tcp-counters.js';
import { type HeldSegment, TcpDirection } from './tcp-direction.js';
import { sequenceDistance, TcpFlag, type TcpSegment } from './tcp-segment.js';

/**
 * How long missing bytes are waited for. If the receiver has acknowledged them they were not lost on the way but missed
 * by the capture, and can only come late by a few packets; if not, they will be sent again.
 */
const PATIENCE = {
  acknowledged: { packets: 32, nanoseconds: 200e6 },
  unacknowledged: { packets: 8192, nanoseconds: 15e9 },
  bytes: 4 * 1024 * 1024,
};

/** What a connection shares with all others of a capture. */
export interface TcpShared {
  readonly connections: ConnectionSink;
  readonly counters: TcpCounters;
  /** Filled in again for each delivery. */
  readonly chunk: Chunk;
}

/**
 * Puts the segments of one connection in order: each direction by its sequence numbers, and the directions against each
 * other by their acknowledgments, so that an answer never overtakes the request that it acknowledges.
 */
export class TcpConnection {
  /** What the two ends sent: first the local end (the client, or whoever was seen first), then the other. */
  readonly directions: readonly [TcpDirection, TcpDirection] = [new TcpDirection(), new TcpDirection()];
  /** What the sink is told; complete once the first bytes are delivered. */
  readonly info: ConnectionInfo;
  /** True once both ends have finished, or one has reset the connection. */
  closed = false;
  /** Time of the newest segment, and of the newest bytes that were delivered. */
  lastAt = 0;
  readonly #shared: TcpShared;
  #handle: ConnectionHandle | null = null;
  #deliveredAt = Number.NEGATIVE_INFINITY;
  #packets = 0;

  constructor(shared: TcpShared, info: ConnectionInfo) {
    this.#shared = shared;
    this.info = info;
  }

  /** Takes a segment that the end `from` (0 or 1) sent. */
  receive(segment: TcpSegment, from: 0 | 1): void {
    if (this.closed) return;
    this.#packets++;
    this.lastAt = segment.at;
    const { flags } = segment;
    const sender = this.directions[from];
    const hasAcknowledgment = (flags & TcpFlag.ack) !== 0;
    if (hasAcknowledgment) this.directions[1 - from]!.acknowledge(segment.acknowledgment, this.info.fromStart);
    const mayBegin = !sender.synchronised || (sender.concluded && sender.position === 0);
    if ((flags & TcpFlag.syn) !== 0 && mayBegin) sender.begin(segment.sequence);
    if ((flags & TcpFlag.rst) !== 0) {
      if (sender.isPlausible(segment.sequence)) this.finish(segment.at);
      return;
    }
    const fin = (flags & TcpFlag.fin) !== 0;
    if (segment.length > 0 || fin) this.#take(segment, from, hasAcknowledgment, fin);
    if (this.#isHolding()) {
      this.#drain();
      while (this.#isHolding() && this.#isImpatient(segment.at)) {
        this.#skip();
        this.#drain();
      }
    }
  }

  /** Delivers what waits, across all gaps. */
  flush(): void {
    this.#drain();
    while (this.#isHolding()) {
      this.#skip();
      this.#drain();
    }
  }

  /** Delivers what waits, and closes. */
  finish(at: number): void {
    if (this.closed) return;
    this.flush();
    this.closed = true;
    if (this.#handle) this.#shared.connections.close(this.#handle, at);
  }

  #take(segment: TcpSegment, from: 0 | 1, hasAcknowledgment: boolean, fin: boolean): void {
    const sender = this.directions[from];
    if (!sender.synchronised) {
      // Joined in mid-connection: the first bytes seen are the first there are.
      sender.next = segment.sequence;
      sender.synchronised = true;
    }
    if (sender.finished || isOld(segment, fin, sender.next)) {
      this.#shared.counters.retransmitted++;
      return;
    }
    cut(segment, sender.next);
    this.#shared.counters.uncapturedBytes += segment.length - Math.min(segment.length, segment.end - segment.start);
    const isNext = segment.sequence === sender.next && sender.held.length === 0;
    if (isNext && !(hasAcknowledgment && this.#isAhead(segment.acknowledgment, from))) {
      if (segment.length > 0) this.#deliver(segment, from);
      if (fin) this.#end(from, segment.at);
      return;
    }
    if (segment.sequence !== sender.next) this.#shared.counters.outOfOrder++;
    sender.hold(segment, hasAcknowledgment, fin, this.#packets);
  }

  /** Whether an end acknowledges bytes of the other that were not delivered yet. */
  #isAhead(acknowledgment: number, from: 0 | 1): boolean {
    const other = this.directions[1 - from]!;
    return other.synchronised && !other.finished && sequenceDistance(acknowledgment, other.next) > 0;
  }

  #drain(): void {
    for (let progress = true; progress; ) {
      progress = this.#drainOne(0);
      if (this.#drainOne(1)) progress = true;
    }
  }

  #drainOne(from: 0 | 1): boolean {
    const sender = this.directions[from];
    let progress = false;
    for (;;) {
      const head = sender.held[0];
      if (!head || sequenceDistance(head.sequence, sender.next) > 0) return progress;
      if (head.hasAcknowledgment && this.#isAhead(head.acknowledgment, from)) return progress;
      sender.unhold();
      progress = true;
      this.#release(head, from);
    }
  }

  #release(held: HeldSegment, from: 0 | 1): void {
    const sender = this.directions[from];
    const segment = {
      sequence: held.sequence,
      length: held.length,
      bytes: held.bytes,
      view: viewOf(held.bytes),
      start: 0,
      end: held.bytes.length,
      at: held.at,
    };
    if (sender.finished || isOld(segment, held.fin, sender.next)) {
      this.#shared.counters.retransmitted++;
      return;
    }
    cut(segment, sender.next);
    if (segment.length > 0) this.#deliver(segment, from);
    if (held.fin) this.#end(from, held.at);
  }

  #deliver(
    segment: Pick<TcpSegment, 'sequence' | 'length' | 'bytes' | 'view' | 'start' | 'end' | 'at'>,
    from: 0 | 1,
  ): void {
    const sender = this.directions[from];
    const { chunk, connections, counters } = this.#shared;
    this.#handle ??= connections.open(this.info);
    chunk.outgoing = from === 0;
    chunk.position = sender.position;
    chunk.length = segment.length;
    chunk.bytes = segment.bytes;
    chunk.view = segment.view;
    chunk.start = segment.start;
    chunk.end = Math.min(segment.end, segment.start + segment.length);
    // Bytes that had to wait are readable only when what stood before them has come.
    this.#deliveredAt = Math.max(this.#deliveredAt, segment.at);
    chunk.at = this.#deliveredAt;
    chunk.sequence = segment.sequence;
    sender.next = (segment.sequence + segment.length) >>> 0;
    sender.position += segment.length;
    counters.chunks++;
    if (!this.#handle.ignored) connections.data(this.#handle, chunk);
  }

  #end(from: 0 | 1, at: number): void {
    const sender = this.directions[from];
    if (sender.finished) return;
    sender.finished = true;
    sender.next = (sender.next + 1) >>> 0;
    this.closed = this.directions[1 - from]!.finished;
    if (!this.#handle) return;
    const closedAt = Math.max(at, this.#deliveredAt);
    if (this.closed) this.#shared.connections.close(this.#handle, closedAt);
    else this.#shared.connections.close(this.#handle, closedAt, from === 0);
  }

  #isHolding(): boolean {
    return this.directions[0].held.length > 0 || this.directions[1].held.length > 0;
  }

  #isImpatient(now: number): boolean {
    if (this.directions[0].heldBytes + this.directions[1].heldBytes > PATIENCE.bytes) return true;
    const from = this.#oldest();
    const head = this.directions[from].held[0]!;
    const own = this.directions[from];
    const missed = own.acknowledged >= 0 && sequenceDistance(own.acknowledged, own.next) > 0;
    const isBehind = sequenceDistance(head.sequence, own.next) > 0;
    const patience = missed || !isBehind ? PATIENCE.acknowledged : PATIENCE.unacknowledged;
    return this.#packets - head.order > patience.packets || now - head.at > patience.nanoseconds;
  }

  /** The direction whose first held segment came first. */
  #oldest(): 0 | 1 {
    const [a, b] = [this.directions[0].held[0], this.directions[1].held[0]];
    if (!a) return 1;
    return b && b.order < a.order ? 1 : 0;
  }

  /** Gives up on the bytes that the oldest held segment waits for. */
  #skip(): void {
    const from = this.#oldest();
    const own = this.directions[from];
    const other = this.directions[1 - from]!;
    const head = own.held[0]!;
    if (sequenceDistance(head.sequence, own.next) > 0) {
      this.#jump(from, head, head.at);
      return;
    }
    const next = other.held[0];
    if (next && sequenceDistance(next.sequence, other.next) <= 0) {
      // Both wait for what the other has acknowledged.
      head.hasAcknowledgment = false;
      return;
    }
    if (next && sequenceDistance(head.acknowledgment, next.sequence) >= 0) {
      this.#jump((1 - from) as 0 | 1, next, head.at);
      return;
    }
    this.#skipTail((1 - from) as 0 | 1, head);
  }

  /** Steps over bytes that are missing before others of the same direction. */
  #jump(from: 0 | 1, head: HeldSegment, at: number): void {
    const direction = this.directions[from];
    const missing = sequenceDistance(head.sequence, direction.next);
    if (missing <= 0) return;
    // A jump of the position tells of a gap only where a position was told before.
    if (direction.position === 0) {
      this.#tellMissing(from, missing, at);
      return;
    }
    direction.next = head.sequence;
    direction.position += missing;
    this.#shared.counters.gaps++;
    this.#shared.counters.missingBytes += missing;
  }

  /** Nothing of a direction follows the missing bytes, but the other end has them: they are told as not captured. */
  #skipTail(from: 0 | 1, evidence: HeldSegment): void {
    const direction = this.directions[from];
    const missing = sequenceDistance(evidence.acknowledgment, direction.next);
    // Whoever answers a FIN with a FIN acknowledges one number more than there were bytes.
    if (missing === 1 && evidence.fin && evidence.length === 0) {
      this.#end(from, evidence.at);
      return;
    }
    this.#tellMissing(from, missing, evidence.at);
  }

  /** Delivers missing bytes as a chunk of which nothing was captured. */
  #tellMissing(from: 0 | 1, missing: number, at: number): void {
    this.#shared.counters.gaps++;
    this.#shared.counters.missingBytes += missing;
    const { next } = this.directions[from];
    this.#deliver({ ...nothing, sequence: next, length: missing, at }, from);
  }
}

const nothing = { bytes: Buffer.alloc(0), view: new DataView(new ArrayBuffer(0)), start: 0, end: 0 };

/** Whether a segment holds nothing that is new. A FIN behind bytes that are known is new. */
function isOld(segment: Pick<TcpSegment, 'sequence' | 'length'>, fin: boolean, next: number): boolean {
  const known = sequenceDistance(next, segment.sequence);
  return known > 0 && (known > segment.length || (known === segment.length && !fin));
}

/** Cuts bytes that were delivered already off the front. */
function cut(segment: Pick<TcpSegment, 'sequence' | 'length' | 'start' | 'end'>, next: number): void {
  const known = sequenceDistance(next, segment.sequence);
  if (known <= 0) return;
  segment.sequence = next;
  segment.length -= known;
  segment.start = Math.min(segment.end, segment.start + known);
}
