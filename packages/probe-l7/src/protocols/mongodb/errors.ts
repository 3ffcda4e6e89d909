import type { MongoReplyFields } from './messages.js';

/** Names of the codes that come without one: of failed writes, and from servers before 3.4. */
const NAMES: Readonly<Record<number, string>> = {
  2: 'BadValue',
  9: 'FailedToParse',
  11: 'UserNotFound',
  13: 'Unauthorized',
  14: 'TypeMismatch',
  18: 'AuthenticationFailed',
  20: 'IllegalOperation',
  26: 'NamespaceNotFound',
  27: 'IndexNotFound',
  40: 'ConflictingUpdateOperators',
  43: 'CursorNotFound',
  48: 'NamespaceExists',
  50: 'MaxTimeMSExpired',
  52: 'DollarPrefixedFieldName',
  59: 'CommandNotFound',
  64: 'WriteConcernFailed',
  66: 'ImmutableField',
  68: 'IndexAlreadyExists',
  85: 'IndexOptionsConflict',
  91: 'ShutdownInProgress',
  100: 'UnsatisfiableWriteConcern',
  112: 'WriteConflict',
  121: 'DocumentValidationFailure',
  189: 'PrimarySteppedDown',
  211: 'KeyNotFound',
  251: 'NoSuchTransaction',
  10107: 'NotWritablePrimary',
  11000: 'DuplicateKey',
  11600: 'InterruptedAtShutdown',
  11601: 'Interrupted',
  11602: 'InterruptedDueToReplStateChange',
  13435: 'NotPrimaryNoSecondaryOk',
  13436: 'NotPrimaryOrSecondary',
};

/** A short name of the error that a reply tells, or null. */
export function errorOf({ ok, code, codeName, writeErrors }: MongoReplyFields): string | null {
  if (ok !== 0 && code === undefined && !writeErrors) return null;
  if (codeName !== undefined && codeName !== '') return codeName;
  if (code === undefined) return writeErrors ? 'write error' : 'error';
  return NAMES[code] ?? String(code);
}
