/** Parameters that are read: CGI's variables (RFC 3875 §4.1), and what web servers add. */
export const Param = {
  REQUEST_METHOD: 0,
  REQUEST_URI: 1,
  DOCUMENT_URI: 2,
  SCRIPT_NAME: 3,
  PATH_INFO: 4,
  QUERY_STRING: 5,
  SCRIPT_FILENAME: 6,
  HTTP_HOST: 7,
  SERVER_NAME: 8,
  SERVER_PROTOCOL: 9,
  REQUEST_SCHEME: 10,
  HTTPS: 11,
  CONTENT_TYPE: 12,
  CONTENT_LENGTH: 13,
  HTTP_USER_AGENT: 14,
  HTTP_TRACEPARENT: 15,
  HTTP_B3: 16,
  HTTP_SW8: 17,
  HTTP_X_REQUEST_ID: 18,
} as const;

interface Name {
  bytes: Uint8Array;
  param: number;
}

/** The names of each length: few, so that most parameters are turned down at once. */
const byLength: Name[][] = [];
for (const [name, param] of Object.entries(Param)) {
  byLength[name.length] ??= [];
  byLength[name.length]!.push({ bytes: Uint8Array.from(name, (character) => character.charCodeAt(0)), param });
}
for (let length = 0; length < byLength.length; length++) byLength[length] ??= [];

/** Which of {@link Param} the name at `bytes[start]` up to, not including, `bytes[end]` is; -1 for any other. */
export function paramOf(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  const names = length < byLength.length ? byLength[length]! : NONE;
  for (let index = 0; index < names.length; index++) {
    const name = names[index]!;
    // Names of one length differ in their ends rather than in their beginnings.
    let at = length;
    while (at > 0 && name.bytes[at - 1] === bytes[start + at - 1]) at--;
    if (at === 0) return name.param;
  }
  return -1;
}

const NONE: readonly Name[] = [];
