/** Types of a record (FastCGI 1.0, §8). */
export const RecordType = {
  beginRequest: 1,
  abortRequest: 2,
  endRequest: 3,
  params: 4,
  stdin: 5,
  stdout: 6,
  stderr: 7,
  data: 8,
  getValues: 9,
  getValuesResult: 10,
  unknownType: 11,
} as const;

/** Version, type, request id (2), length of the content (2), length of the padding, reserved. */
export const HEADER = 8;
/** Bytes of content of a BEGIN_REQUEST and an END_REQUEST. */
export const FIXED_BODY = 8;
/** The only version. */
export const VERSION = 1;

/** Bit of BEGIN_REQUEST: the connection stays open after the answer. */
export const KEEP_CONNECTION = 1;

/** What an application is asked to be, by number. */
export const ROLES = ['', 'RESPONDER', 'AUTHORIZER', 'FILTER'] as const;

/** How a request ended as far as the protocol is concerned, by number. */
export const PROTOCOL_STATUS = ['REQUEST_COMPLETE', 'CANT_MPX_CONN', 'OVERLOADED', 'UNKNOWN_ROLE'] as const;

/** The header of a record, read into fields. */
export class RecordHeader {
  type = 0;
  id = 0;
  content = 0;
  padding = 0;

  /** Reads the eight bytes at `at`; false if they are no header. */
  read(bytes: Uint8Array, at: number): boolean {
    this.type = bytes[at + 1]!;
    this.id = (bytes[at + 2]! << 8) | bytes[at + 3]!;
    this.content = (bytes[at + 4]! << 8) | bytes[at + 5]!;
    this.padding = bytes[at + 6]!;
    return bytes[at] === VERSION && this.type >= RecordType.beginRequest && this.type <= RecordType.unknownType;
  }
}
