import type { Input, StreamContext, StreamParser } from '@sonde/core';
import { AnswerReader } from './answer-reader.js';
import { Command } from './commands.js';
import type { MysqlConnection } from './connection.js';
import { responseBoundary } from './detect.js';
import { readGreeting } from './login.js';
import { CONTROL, type MysqlMessage, MysqlRequest, MysqlResponse } from './messages.js';
import { Capability, HEADER, Marker, payloadLength } from './packets.js';

/** Longest greeting that is read. */
const LONGEST_GREETING = 1024;

/** Reads what the server sends: finds out what an answer answers, and lets an {@link AnswerReader} read it. */
export class MysqlResponseParser implements StreamParser {
  readonly #context: StreamContext<MysqlMessage, MysqlConnection>;
  readonly #shared: MysqlConnection;
  readonly #reader: AnswerReader;
  /** A binary log is being sent. */
  #streaming = false;

  constructor(context: StreamContext<MysqlMessage, MysqlConnection>) {
    this.#context = context;
    this.#shared = context.shared;
    this.#reader = new AnswerReader(context);
    if (!context.fromStart) this.#shared.synchronised = false;
  }

  read(input: Input): number {
    return this.#step(input, false);
  }

  gap(input: Input): number {
    return input.end - input.start <= HEADER ? -1 : this.#step(input, true);
  }

  resync(input: Input): number {
    const pending = this.#context.pending();
    const expected = pending instanceof MysqlRequest ? (pending.sequence + 1) & 0xff : null;
    const boundary = responseBoundary(input, expected);
    if (boundary !== 0) this.#giveUp();
    return boundary;
  }

  /** @param cut no more bytes of this packet will come */
  #step(input: Input, cut: boolean): number {
    const { bytes, start, end } = input;
    if (end - start < HEADER) return 0;
    const length = payloadLength(input, start);
    const sequence = bytes[start + 3]!;
    if (this.#reader.continued) return this.#reader.goOn(length, sequence);
    if (length === 0) {
      if (this.#reader.reading) this.#context.fail('empty packet');
      return this.#ignore(HEADER);
    }
    if (end - start <= HEADER) return 0;
    const marker = bytes[start + HEADER]!;
    if (this.#reader.reading) return this.#reader.next(input, length, sequence, marker, cut);
    return this.#answer(input, length, sequence, marker, cut);
  }

  /** The first packet of an answer. */
  #answer(input: Input, length: number, sequence: number, marker: number, cut: boolean): number {
    const size = HEADER + length;
    if (this.#reader.isTrailing(length, sequence, marker)) return this.#ignore(size);
    const pending = this.#context.pending();
    if (!(pending instanceof MysqlRequest)) return this.#unasked(input, length, sequence, marker, cut);
    if (pending.command === Command.login || pending.command === Command.changeUser) {
      return sequence > pending.sequence
        ? this.#authentication(input, length, marker, pending, cut)
        : this.#ignore(size); // the end of a greeting of which a part was lost
    }
    if (sequence !== ((pending.sequence + 1) & 0xff)) return this.#ignore(size); // of an answer that nobody saw begin
    this.#shared.synchronised = true;
    this.#streaming = isBinlog(pending.command) && marker === Marker.ok;
    return this.#streaming
      ? this.#reader.single('STREAM', size)
      : this.#reader.first(input, length, marker, pending, cut);
  }

  /** The greeting, the rest of an answer that began before anybody looked, or an answer to what nobody saw. */
  #unasked(input: Input, length: number, sequence: number, marker: number, cut: boolean): number {
    const { start, end } = input;
    const size = HEADER + length;
    if (sequence === 0 && marker === 10) {
      const wanted = Math.min(size, LONGEST_GREETING);
      if (end - start < wanted && !cut) return 0;
      const greeting = readGreeting(input, start + HEADER, Math.min(end, start + wanted));
      if (greeting !== null) {
        this.#shared.phase = 'opening';
        this.#shared.mariadb = greeting.mariadb;
        this.#shared.serverCapabilities = greeting.capabilities;
        return this.#ignore(size);
      }
    }
    const loggingIn = this.#shared.phase === 'opening';
    const first = loggingIn ? sequence > 0 && (marker === Marker.ok || marker === Marker.error) : sequence === 1;
    if (!first || this.#streaming) return this.#ignore(size);
    this.#context.emit(new MysqlResponse()); // the host counts it
    return size;
  }

  /** Between a login and its OK or ERR, packets go to and fro. */
  #authentication(input: Input, length: number, marker: number, login: MysqlRequest, cut: boolean): number {
    if (marker !== Marker.ok && marker !== Marker.error) return HEADER + length;
    const consumed = this.#reader.okOrError(input, length, marker, cut);
    if (consumed === 0) return 0;
    this.#shared.phase = 'commands';
    if (marker === Marker.error) return consumed;
    if (login.command === Command.changeUser) this.#shared.forgetStatements();
    this.#shared.database = login.database;
    const compressed = Capability.compress | Capability.zstdCompression;
    if (login.command === Command.login && this.#shared.agreed(compressed) === true) this.#context.switchTo(null);
    return consumed;
  }

  #ignore(size: number): number {
    this.#context.emit(CONTROL);
    return size;
  }

  /** What is stepped over may have been the answer to any request that waits. */
  #giveUp(): void {
    for (let waiting = this.#context.pending(); waiting !== undefined; waiting = this.#context.pending()) {
      this.#context.abandon(waiting, 'answered out of sight');
    }
  }
}

function isBinlog(command: number): boolean {
  return command === Command.binlogDump || command === Command.binlogDumpGtid || command === Command.tableDump;
}
