import type { Input, StreamContext, StreamParser } from '@sonde/core';
import { beginsFrame } from './detect.js';
import { MessageReader, type Reading } from './message-reader.js';
import type { DnsMessage, DnsRequest, DnsResponse } from './messages.js';
import { rcodeName, typeName } from './registry.js';

const AXFR = 252;
const IXFR = 251;
const HEADER = 12;

const reader = new MessageReader();

/**
 * Reads the messages of one direction: a datagram each by UDP, with two bytes of length before each by TCP
 * (RFC 7766 §8). The message itself says whether it asks or answers, whoever sent it.
 */
export class DnsStream implements StreamParser {
  readonly #context: StreamContext<DnsMessage, undefined>;
  /** Start-of-authority records of the zone transfer at hand. */
  #startsOfAuthority = 0;

  constructor(context: StreamContext<DnsMessage, undefined>) {
    this.#context = context;
  }

  read({ bytes, start, end }: Input): number {
    const available = end - start;
    if (this.#context.transport === 'udp') {
      const reading = reader.read(bytes, start, end);
      if (reading === 'short') return 0; // the host knows whether more of it was sent
      this.#checked(reading);
      this.#emit(false);
      return available;
    }
    if (available < 2) return 0;
    const size = frameSize(bytes, start);
    if (size < HEADER) this.#context.fail('length of a message');
    if (available < size + 2) return 0;
    const reading = reader.read(bytes, start + 2, start + 2 + size);
    this.#checked(reading === 'short' ? 'bad' : reading);
    this.#emit(false);
    return size + 2;
  }

  gap({ bytes, start, end }: Input, missing: number): number {
    const datagram = this.#context.transport === 'udp';
    const from = datagram ? start : start + 2;
    if (from + HEADER > end) return -1;
    if (reader.read(bytes, from, end) === 'bad' || reader.type < 0) return -1;
    this.#emit(true);
    return datagram ? end - start + missing : frameSize(bytes, start) + 2;
  }

  resync({ bytes, start, end }: Input): number {
    return beginsFrame(bytes, start, end, this.#context.direction) === 'no' ? -1 : 0;
  }

  #checked(reading: Reading): void {
    if (reading !== 'whole') this.#context.fail('not a DNS message');
  }

  #emit(truncated: boolean): void {
    const message = reader.isResponse ? this.#response() : this.#request();
    if (truncated) message.truncated = true;
    this.#context.emit(message);
  }

  #request(): DnsRequest {
    const { id, opcode, type } = reader;
    const message: DnsRequest = {
      kind: this.#isMulticast() ? 'oneway' : 'request',
      id,
      operation: type < 0 ? null : typeName(type),
      resource: type < 0 ? null : reader.name,
      qtype: type < 0 ? null : type,
      qclass: type < 0 ? null : reader.class,
      opcode,
      questions: reader.questions === 1 ? undefined : reader.questions,
      ednsSize: reader.ednsSize < 0 ? undefined : reader.ednsSize,
    };
    const before = this.#context.pending(id) as DnsRequest | undefined;
    if (message.kind === 'request' && before !== undefined && sameQuestion(before, message)) {
      // The client lost patience; what it waits for began with its first try.
      before.retransmissions = (before.retransmissions ?? 0) + 1;
      message.kind = 'control';
    }
    return message;
  }

  #response(): DnsResponse {
    const { id, code, type, addresses, names } = reader;
    const message: DnsResponse = {
      kind: 'response',
      id,
      operation: type < 0 ? null : typeName(type),
      resource: type < 0 ? null : reader.name,
      opcode: reader.opcode,
      rcode: rcodeName(code),
      code,
      answers: reader.answers,
      authorities: reader.authorities,
      additionals: reader.additionals,
      addresses: addresses.length > 0 ? addresses : undefined,
      names: names.length > 0 ? names : undefined,
      authoritative: reader.authoritative,
      cut: reader.cut ? true : undefined,
      ednsSize: reader.ednsSize < 0 ? undefined : reader.ednsSize,
    };
    if (this.#isMulticast()) {
      message.kind = 'oneway';
      return message;
    }
    const request = this.#context.pending(id) as DnsRequest | undefined;
    if (request === undefined) return message;
    // An id has 16 bits only: an answer to another question is a stray one, or forged.
    if (reader.questions > 0 && !sameQuestion(request, message)) message.kind = 'control';
    else if (request.qtype === AXFR || request.qtype === IXFR) message.kind = this.#transfer(request.qtype);
    return message;
  }

  /** A zone comes in as many messages as it takes; it begins and ends with the same record (RFC 5936 §2.2). */
  #transfer(type: number): 'response' | 'interim' {
    const first = this.#startsOfAuthority === 0;
    this.#startsOfAuthority += reader.startsOfAuthority;
    const upToDate = type === IXFR && first && reader.answers === 1;
    const done = reader.endsWithAuthority && this.#startsOfAuthority >= 2;
    if (reader.code === 0 && reader.answers > 0 && !done && !upToDate) return 'interim';
    this.#startsOfAuthority = 0;
    return 'response';
  }

  /** Multicast messages have no id and desire no recursion (RFC 6762 §18). */
  #isMulticast(): boolean {
    return this.#context.transport === 'udp' && reader.id === 0 && !reader.recursionDesired && reader.opcode === 0;
  }
}

function frameSize(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}

/** The same name and type; the case of letters carries no meaning, though clients use it to make guessing harder. */
function sameQuestion(a: DnsMessage, b: DnsMessage): boolean {
  if (a.operation !== b.operation || a.opcode !== b.opcode) return false;
  return a.resource === b.resource || a.resource?.toLowerCase() === b.resource?.toLowerCase();
}
