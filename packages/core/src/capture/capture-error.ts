import { SondeError } from '../contracts/error.js';

/** Why a capture could not be read, or not to its end. */
export type CaptureErrorCode =
  /** The first bytes are of no capture format that is known here. */
  | 'CAPTURE_FORMAT'
  /** The file ends within a record; everything before it was read. */
  | 'CAPTURE_TRUNCATED'
  /** A record contradicts its own lengths; everything before it was read. */
  | 'CAPTURE_DAMAGED';

/** A capture file that can't be read, or not further than to a certain byte. */
export class CaptureError extends SondeError {
  declare readonly code: CaptureErrorCode;
  /** Where in the file (after decompression) the record begins that could not be read. */
  readonly offset: number;

  constructor(code: CaptureErrorCode, message: string, offset: number, hint?: string) {
    super(code, message, hint === undefined ? {} : { hint });
    this.offset = offset;
  }
}
