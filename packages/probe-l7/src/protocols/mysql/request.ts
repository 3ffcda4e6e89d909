import { findByte, type Input, type StreamContext, type StreamParser, utf8 } from '@sonde/core';
import { ConnectionMasker } from '../../sql/statements.js';
import { Command, commandName, isOneWay } from './commands.js';
import { LAST_PREPARED, type MysqlConnection } from './connection.js';
import { looksLikeLogin, requestBoundary } from './detect.js';
import { readLogin } from './login.js';
import { CONTROL, type MysqlMessage, MysqlRequest } from './messages.js';
import { Capability, HEADER, LONGEST_PAYLOAD, payloadLength } from './packets.js';
import { queryText } from './query-text.js';

/** Bytes of a payload that are looked at; the rest is stepped over. */
const LONGEST_TEXT = 32_768;
const LONGEST_LOGIN = 2048;
/** Command, statement id, flags and number of executions. */
const STATEMENT = 10;

/** Reads what the client sends. */
export class MysqlRequestParser implements StreamParser {
  readonly #context: StreamContext<MysqlMessage, MysqlConnection>;
  readonly #shared: MysqlConnection;
  readonly #masker: ConnectionMasker;
  /** A command whose payload goes on in the next packet. */
  #large: MysqlRequest | null = null;
  #first = true;

  constructor(context: StreamContext<MysqlMessage, MysqlConnection>) {
    this.#context = context;
    this.#shared = context.shared;
    if (context.fromStart) this.#shared.phase = 'opening';
    else if (this.#shared.phase !== 'opening') this.#shared.phase = 'commands';
    if (!context.fromStart) this.#shared.synchronised = false;
    this.#masker = new ConnectionMasker(context.redact, 'mysql');
  }

  read(input: Input): number {
    return this.#step(input, false);
  }

  gap(input: Input): number {
    return input.end - input.start <= HEADER ? -1 : this.#step(input, true);
  }

  resync(input: Input): number {
    return requestBoundary(input, this.#shared.phase === 'opening');
  }

  /** @param cut no more bytes of this packet will come */
  #step(input: Input, cut: boolean): number {
    const { bytes, start, end } = input;
    if (end - start < HEADER) return 0;
    const length = payloadLength(input, start);
    const sequence = bytes[start + 3]!;
    const size = HEADER + length;
    if (this.#large !== null) return this.#goOn(this.#large, sequence, length);
    if (this.#shared.phase !== 'commands') {
      if (sequence !== 0) return this.#beforeCommands(input, size, cut);
      this.#shared.phase = 'commands';
    }
    if (sequence !== 0) {
      if (this.#first && looksLikeLogin(input)) return this.#login(input, size, cut);
      this.#context.fail('packet out of sequence');
    }
    if (length === 0) this.#context.fail('empty command');
    if (end - start <= HEADER) return 0;
    this.#first = false;
    return this.#command(input, bytes[start + HEADER]!, length, cut);
  }

  #goOn(request: MysqlRequest, sequence: number, length: number): number {
    request.sequence = sequence;
    if (length < LONGEST_PAYLOAD) {
      this.#large = null;
      this.#context.finish();
    }
    return HEADER + length;
  }

  /** Packets of the login, and of a file that the server asked for. */
  #beforeCommands(input: Input, size: number, cut: boolean): number {
    const { phase } = this.#shared;
    if (phase === 'opening') return this.#login(input, size, cut);
    if (phase === 'file' && size === HEADER) this.#shared.phase = 'commands';
    this.#context.emit(CONTROL); // passwords and file contents: nothing of them is kept
    return size;
  }

  #login(input: Input, size: number, cut: boolean): number {
    const { bytes, start, end } = input;
    const wanted = Math.min(size, LONGEST_LOGIN);
    if (end - start < wanted && !cut) return 0;
    const login = readLogin(input, start + HEADER, Math.min(end, start + wanted));
    if (login === null) return this.#context.fail('not a login');
    this.#first = false;
    const shared = this.#shared;
    shared.clientCapabilities = login.capabilities;
    shared.withoutEof = shared.agreed(Capability.deprecateEof);
    if (login.tls) {
      this.#context.emit(CONTROL);
      this.#context.switchTo(null);
      return size;
    }
    shared.phase = 'authenticating';
    const request = new MysqlRequest('request', Command.login, 'login', shared.mariadb);
    request.resource = login.user;
    request.database = login.database;
    request.sequence = bytes[start + 3]!;
    if (end - start < wanted) request.truncated = true;
    this.#context.emit(request);
    return size;
  }

  #command(input: Input, code: number, length: number, cut: boolean): number {
    const { start, end } = input;
    const name = commandName(code);
    if (name === null) return this.#context.fail('unknown command');
    const wanted = HEADER + Math.min(length, bytesWanted(code));
    if (end - start < wanted && !cut) return 0;
    const last = Math.min(end, start + wanted);
    const request = new MysqlRequest(isOneWay(code) ? 'oneway' : 'request', code, name, this.#shared.mariadb);
    request.database = this.#shared.database;
    if (last < start + HEADER + length && bytesWanted(code) > STATEMENT) request.truncated = true;
    this.#fill(request, input, start + HEADER + 1, last);
    if (!this.#shared.synchronised) this.#giveUp();
    if (length === LONGEST_PAYLOAD) {
      this.#large = request;
      this.#context.begin(request);
    } else this.#context.emit(request);
    return HEADER + length;
  }

  /** A client that goes on without an answer had one that nobody saw, or doesn't wait: then order can't be told yet. */
  #giveUp(): void {
    for (let waiting = this.#context.pending(); waiting !== undefined; waiting = this.#context.pending()) {
      this.#context.abandon(waiting, 'answered out of sight');
    }
  }

  /** Reads what a command is about, from behind its code. */
  #fill(request: MysqlRequest, input: Input, at: number, end: number): void {
    const { bytes } = input;
    switch (request.command) {
      case Command.query:
        this.#query(request, input, at, end);
        break;
      case Command.prepare:
        request.resource = this.#masker.mask(utf8(bytes, at, end), this.#shared.backslash);
        this.#shared.preparing(request.resource);
        break;
      case Command.initDatabase:
      case Command.createDatabase:
      case Command.dropDatabase:
        request.resource = utf8(bytes, at, end);
        break;
      case Command.fieldList:
      case Command.changeUser: {
        const zero = findByte(bytes, 0, at, end);
        request.resource = utf8(bytes, at, zero < 0 ? end : zero);
        if (request.command === Command.changeUser && zero >= 0) this.#changeUser(request, input, zero + 1, end);
        break;
      }
      case Command.execute:
      case Command.bulkExecute:
      case Command.fetch:
      case Command.resetStatement:
      case Command.sendLongData:
      case Command.closeStatement:
        if (end - at >= 4) this.#statement(request, input.view.getUint32(at, true));
        break;
    }
  }

  #query(request: MysqlRequest, input: Input, at: number, end: number): void {
    const text = queryText(input, at, end, this.#shared.agreed(Capability.queryAttributes));
    if (text === null) return;
    request.resource = this.#masker.mask(utf8(input.bytes, text.start, end), this.#shared.backslash);
    if (text.traceparent !== null) request.traceparent = text.traceparent;
  }

  #statement(request: MysqlRequest, id: number): void {
    if (id !== LAST_PREPARED) request.statementId = id;
    if (request.command === Command.closeStatement) this.#shared.closeStatement(id);
    else if (request.command !== Command.sendLongData) request.resource = this.#shared.sqlOf(id);
  }

  /** Password and database follow the user. */
  #changeUser(request: MysqlRequest, { bytes }: Input, at: number, end: number): void {
    this.#shared.phase = 'authenticating';
    const start = at + 1 + (bytes[at] ?? 0);
    const zero = start < end ? findByte(bytes, 0, start, end) : -1;
    request.database = zero > start ? utf8(bytes, start, zero) : null;
  }
}

/** Bytes of a command's payload that say what it is about. */
function bytesWanted(code: number): number {
  switch (code) {
    case Command.query:
    case Command.prepare:
      return 1 + LONGEST_TEXT;
    case Command.initDatabase:
    case Command.createDatabase:
    case Command.dropDatabase:
    case Command.fieldList:
    case Command.changeUser:
      return LONGEST_LOGIN;
    default:
      return STATEMENT;
  }
}
