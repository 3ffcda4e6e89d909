import { sequenceDistance, type TcpSegment } from './tcp-segment.js';

/** What is older than this is no retransmission: twice the largest receive buffers in use. */
const MAX_BACKWARD = 64 * 1024 * 1024;
/** The largest window that TCP allows (RFC 7323 §2.3). */
const MAX_FORWARD = 1024 * 1024 * 1024;

/** A segment that can't be delivered yet; its bytes are a copy. */
export interface HeldSegment {
  sequence: number;
  length: number;
  bytes: Buffer;
  acknowledgment: number;
  hasAcknowledgment: boolean;
  fin: boolean;
  at: number;
  /** Number of the packet within its connection. */
  order: number;
}

/** What one end of a connection has sent. */
export class TcpDirection {
  /** Sequence number of the next byte to deliver, or -1 while it isn't known. */
  next = -1;
  /** True once `next` is known: from a SYN, from an acknowledgment, or from the first bytes seen. */
  synchronised = false;
  /** True while `next` was only concluded from an acknowledgment, which packets out of order may correct. */
  concluded = false;
  /** Sequence number of the very first byte, or -1 where the beginning was not seen. */
  initial = -1;
  /** Position in the stream of the next byte to deliver. */
  position = 0;
  /** Highest acknowledgment by the other end, or -1. */
  acknowledged = -1;
  /** True once the FIN was reached. */
  finished = false;
  /** Segments that wait, by sequence number. */
  readonly held: HeldSegment[] = [];
  heldBytes = 0;

  /** Takes note of what the other end has acknowledged. */
  acknowledge(acknowledgment: number, fromStart: boolean): void {
    if (this.acknowledged < 0 || sequenceDistance(acknowledgment, this.acknowledged) > 0) {
      this.acknowledged = acknowledgment;
    }
    const earlier = this.concluded && this.position === 0 && sequenceDistance(acknowledgment, this.next) < 0;
    if (this.synchronised && !(fromStart && earlier)) return;
    // Joined in mid-connection, where the other end says that this direction stands: what it acknowledges from now on
    // without having been captured is missing.
    this.next = acknowledgment;
    this.synchronised = this.concluded = true;
    if (fromStart) this.initial = acknowledgment;
  }

  /** The first byte of all will have this sequence number. */
  begin(sequence: number): void {
    this.next = sequence;
    this.initial = sequence;
    this.synchronised = true;
    this.concluded = false;
  }

  /** Whether a sequence number may belong to this stream, rather than to another connection on the same ports. */
  isPlausible(sequence: number): boolean {
    if (!this.synchronised) return true;
    const distance = sequenceDistance(sequence, this.next);
    return distance > -MAX_BACKWARD && distance < MAX_FORWARD;
  }

  /** Keeps a copy of a segment until it can be delivered. */
  hold(segment: TcpSegment, hasAcknowledgment: boolean, fin: boolean, order: number): void {
    const bytes = Buffer.from(segment.bytes.subarray(segment.start, segment.end));
    const { sequence, length, acknowledgment, at } = segment;
    let index = this.held.length;
    while (index > 0 && sequenceDistance(this.held[index - 1]!.sequence, sequence) > 0) index--;
    this.held.splice(index, 0, { sequence, length, bytes, acknowledgment, hasAcknowledgment, fin, at, order });
    this.heldBytes += bytes.length + 128;
  }

  /** Takes the first of the held segments off. */
  unhold(): HeldSegment {
    const segment = this.held.shift() as HeldSegment;
    this.heldBytes -= segment.bytes.length + 128;
    return segment;
  }
}
