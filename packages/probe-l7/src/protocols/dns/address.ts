/** Text of four bytes at `at`: `192.0.2.1`. */
export function ipv4(bytes: Uint8Array, at: number): string {
  return `${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}`;
}

/** Text of sixteen bytes at `at`, by RFC 5952: lower case, the longest run of zeros as `::`. */
export function ipv6(bytes: Uint8Array, at: number): string {
  let zeroStart = -1;
  let zeroLength = 1;
  for (let group = 0; group < 8; ) {
    let length = 0;
    while (group + length < 8 && word(bytes, at, group + length) === 0) length++;
    if (length > zeroLength) {
      zeroStart = group;
      zeroLength = length;
    }
    group += Math.max(1, length);
  }
  let text = '';
  for (let group = 0; group < 8; group++) {
    if (group === zeroStart) {
      text += '::';
      group += zeroLength - 1;
      continue;
    }
    if (text !== '' && !text.endsWith(':')) text += ':';
    text += word(bytes, at, group).toString(16);
  }
  return text;
}

function word(bytes: Uint8Array, at: number, group: number): number {
  return (bytes[at + 2 * group]! << 8) | bytes[at + 2 * group + 1]!;
}
