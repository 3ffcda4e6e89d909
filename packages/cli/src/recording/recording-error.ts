import { SondeError } from '@sonde/core';

/** Why a recording could not be written, or not be read to its end. */
export type RecordingErrorCode =
  | 'RECORDING_FORMAT'
  | 'RECORDING_VERSION'
  | 'RECORDING_TRUNCATED'
  | 'RECORDING_DAMAGED'
  | 'RECORDING_DISK_FULL'
  | 'RECORDING_WRITE';

/** A recording that can't be written, or not be read further. */
export class RecordingError extends SondeError {
  declare readonly code: RecordingErrorCode;

  constructor(code: RecordingErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(code, message, options);
  }
}
