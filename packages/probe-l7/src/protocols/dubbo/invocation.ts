import type { Verdict } from '@sonde/core';
import type { BodyReader } from './body-reader.js';
import type { DubboRequest, DubboResponse } from './messages.js';
import { hessian, type Serialization } from './serializations.js';

/** Version of the protocol that a consumer tells: `2.0.2`, `2.5.3.6`, `3.2.16-SNAPSHOT`. */
const VERSION = /^\d{1,3}(\.[\w-]{1,16}){1,5}$/;
/** A service's version that says that there is none. */
const NO_VERSION = '0.0.0';
/** Arguments that are stepped over to reach the attachments. */
const MAX_ARGUMENTS = 64;
/** Attachments that are looked at. */
const MAX_ATTACHMENTS = 128;
const GENERIC = new Set(['$invoke', '$invokeAsync']);

/** How a call ended, by the number before its value (`DubboCodec`): from 3 on attachments follow the value. */
const RESULTS = ['exception', 'value', 'null'] as const;

/** Whether a call begins in this body: the version that the consumer speaks stands first. */
export function beginsCall({ reader }: Serialization, bytes: Uint8Array, start: number, end: number): Verdict {
  if (reader === null) return 'yes'; // nobody can tell
  reader.begin(bytes, start, end);
  const version = reader.text();
  if (reader.fault === 'short') return 'more';
  return version !== null && VERSION.test(version) ? 'yes' : 'no';
}

/** Whether the value of a call, or an error message, begins in this body. */
export function beginsResult(
  { reader }: Serialization,
  ok: boolean,
  bytes: Uint8Array,
  start: number,
  end: number,
): Verdict {
  if (reader === null) return 'yes';
  reader.begin(bytes, start, end);
  if (ok) {
    const kind = reader.small();
    if (reader.fault === null) return kind !== null && kind < 2 * RESULTS.length ? 'yes' : 'no';
  } else reader.text();
  if (reader.fault === 'short') return start === end ? 'more' : 'yes';
  return reader.fault === null ? 'yes' : 'no';
}

/** Takes from the body of a call what stands before its arguments, and of Hessian what stands behind them. */
export function readCall(
  message: DubboRequest,
  { reader }: Serialization,
  bytes: Uint8Array,
  start: number,
  end: number,
): void {
  if (reader === null) return;
  reader.begin(bytes, start, end);
  const version = reader.text();
  if (version === null || !VERSION.test(version)) return;
  message.dubboVersion = version;
  const path = reader.text();
  if (reader.fault !== null) return;
  message.resource = path;
  const serviceVersion = reader.text();
  if (serviceVersion !== null && serviceVersion !== '' && serviceVersion !== NO_VERSION) {
    message.serviceVersion = serviceVersion;
  }
  const method = reader.text();
  if (reader.fault !== null) return;
  message.operation = method;
  const types = reader.text();
  if (reader.fault !== null) return;
  if (types) message.parameterTypes = types;
  if (reader === hessian) readRest(message, types ?? '');
}

/** Arguments and attachments. */
function readRest(message: DubboRequest, types: string): void {
  let count = argumentCount(types);
  if (count > MAX_ARGUMENTS) return;
  if (message.operation !== null && GENERIC.has(message.operation) && count > 0 && hessian.isText) {
    const method = hessian.text();
    if (method !== null) message.invokedMethod = method;
    count--;
  }
  for (; count > 0 && hessian.fault === null; count--) hessian.skip();
  if (hessian.fault !== null || !hessian.map()) return;
  for (let i = 0; i < MAX_ATTACHMENTS; i++) {
    const key = hessian.key();
    if (key === null) return;
    if ((key === 'group' || key === 'traceparent') && hessian.isText) {
      const value = hessian.text();
      if (value !== null && value !== '') message[key] = value;
    } else hessian.skip();
    if (hessian.fault !== null) return;
  }
}

/** Arguments that JVM descriptors stand for: one for each class or primitive, arrays included. */
export function argumentCount(types: string): number {
  let count = 0;
  for (let at = 0; at < types.length; at++) {
    const code = types.charCodeAt(at);
    if (code === 0x5b) continue; // [
    if (code === 0x4c) {
      const end = types.indexOf(';', at); // L…;
      if (end < 0) return Number.POSITIVE_INFINITY;
      at = end;
    }
    count++;
  }
  return count;
}

/** Takes from the body of an answer how the call ended, and the class of an exception where Hessian tells it. */
export function readResult(
  message: DubboResponse,
  { reader }: Serialization,
  bytes: Uint8Array,
  start: number,
  end: number,
): void {
  if (reader === null) return;
  reader.begin(bytes, start, end);
  const kind = reader.small();
  const result = kind === null || kind >= 2 * RESULTS.length ? undefined : RESULTS[kind % RESULTS.length];
  if (result === undefined) return;
  message.result = result;
  if (result === 'exception') message.exception = reader.className();
}

/** Name of an event: all but the one-letter texts of `R` and `W` are heartbeats. */
export function readEvent(
  reader: BodyReader | null,
  bytes: Uint8Array,
  start: number,
  end: number,
): 'heartbeat' | 'readonly' | 'writable' {
  if (reader === null) return 'heartbeat';
  reader.begin(bytes, start, end);
  const text = reader.text();
  return text === 'R' ? 'readonly' : text === 'W' ? 'writable' : 'heartbeat';
}
