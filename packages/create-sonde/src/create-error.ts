/** Why no package was made: the name or the kind can't be used, the folder isn't empty, an option isn't known. */
export type CreateErrorCode = 'KIND_UNKNOWN' | 'NAME_INVALID' | 'FOLDER_NOT_EMPTY' | 'USAGE' | 'WRITE_FAILED';

/**
 * An error of the scaffolder, in the form of Sonde's other errors. It isn't a `SondeError`, since this package depends
 * on nothing: `npm create` downloads it each time.
 */
export class CreateError extends Error {
  override readonly name = 'CreateError';
  readonly code: CreateErrorCode;
  /** What to do about it. */
  readonly hint: string;

  constructor(code: CreateErrorCode, message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.hint = hint;
  }
}
