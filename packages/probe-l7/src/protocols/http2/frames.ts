/** Types of frames (RFC 9113 §6). */
export const FrameType = {
  data: 0,
  headers: 1,
  priority: 2,
  resetStream: 3,
  settings: 4,
  pushPromise: 5,
  ping: 6,
  goAway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;

/** Flags of frames; what they mean depends on the type. */
export const Flag = { endStream: 0x1, ack: 0x1, endHeaders: 0x4, padded: 0x8, priority: 0x20 } as const;

/** Octets before the payload. */
export const FRAME_HEADER = 9;

/** What a client sends first (RFC 9113 §3.4). */
export const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

const ERRORS = [
  ...['NO_ERROR', 'PROTOCOL_ERROR', 'INTERNAL_ERROR', 'FLOW_CONTROL_ERROR', 'SETTINGS_TIMEOUT', 'STREAM_CLOSED'],
  ...['FRAME_SIZE_ERROR', 'REFUSED_STREAM', 'CANCEL', 'COMPRESSION_ERROR', 'CONNECT_ERROR', 'ENHANCE_YOUR_CALM'],
  ...['INADEQUATE_SECURITY', 'HTTP_1_1_REQUIRED'],
];

/** Name of an error code (RFC 9113 §7). */
export function errorName(code: number): string {
  return ERRORS[code] ?? 'UNKNOWN_ERROR';
}

/** Length of the payload of the frame at `at`. */
export function payloadLength(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
}

/** Stream of the frame at `at`. */
export function streamOf(view: DataView, at: number): number {
  return view.getUint32(at + 5) & 0x7fff_ffff;
}

/** Bits that a flag may have, by type; a bit without meaning is a sign that there is no frame. */
const FLAGS = [0x09, 0x2d, 0x00, 0x00, 0x01, 0x0c, 0x01, 0x00, 0x00, 0x04];
/** Longest payload that is believed of a frame that isn't DATA: see SETTINGS_MAX_FRAME_SIZE's initial value. */
const MAX_PAYLOAD = 16_384;
/** Longest payload that is believed of a DATA frame. */
const MAX_DATA = 1 << 20;
const LAST_SETTING = 0x10;

/**
 * Whether a frame may stand at `at`, of which the header is there: everything that the format promises of it and of as
 * much of its payload as there is.
 */
export function isPlausibleFrame(bytes: Uint8Array, view: DataView, at: number, end: number): boolean {
  const type = bytes[at + 3]!;
  if (type > FrameType.continuation) return false;
  const length = payloadLength(bytes, at);
  const flags = bytes[at + 4]!;
  if ((flags & ~FLAGS[type]!) !== 0 || bytes[at + 5]! > 0x7f) return false;
  if (length > (type === FrameType.data ? MAX_DATA : MAX_PAYLOAD)) return false;
  const stream = streamOf(view, at);
  const payload = at + FRAME_HEADER;
  switch (type) {
    case FrameType.data:
      return stream !== 0 && ((flags & Flag.padded) === 0 || length > 0);
    case FrameType.headers:
      return (stream & 1) === 1 && length > 0;
    case FrameType.priority:
      return stream !== 0 && length === 5;
    case FrameType.resetStream:
      return stream !== 0 && length === 4 && (payload + 4 > end || view.getUint32(payload) < ERRORS.length);
    case FrameType.settings:
      return stream === 0 && length % 6 === 0 && areSettings(view, payload, Math.min(end, payload + length), flags);
    case FrameType.pushPromise:
      return (stream & 1) === 1 && length > 4;
    case FrameType.ping:
      return stream === 0 && length === 8;
    case FrameType.goAway:
      return stream === 0 && length >= 8;
    case FrameType.windowUpdate:
      return length === 4 && (payload + 4 > end || (view.getInt32(payload) > 0 && bytes[payload]! <= 0x7f));
    default:
      return (stream & 1) === 1;
  }
}

/** Known identifiers, or one of those that are sent so that nobody gets used to a list (RFC 8701, and GRPC's own). */
function areSettings(view: DataView, from: number, to: number, flags: number): boolean {
  if ((flags & Flag.ack) !== 0) return from === to;
  for (let at = from; at + 2 <= to; at += 6) {
    const id = view.getUint16(at);
    if (id > LAST_SETTING && (id & 0x0f0f) !== 0x0a0a && id !== 0xfe03) return false;
  }
  return true;
}
