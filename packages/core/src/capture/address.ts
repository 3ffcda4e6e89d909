/**
 * Writes an address as text: IPv4 in dotted form, IPv6 by RFC 5952 (lower case, the longest run of zeros as `::`), and
 * IPv4-mapped IPv6 addresses as the IPv4 addresses that they are.
 */
export function formatAddress(bytes: Uint8Array, start: number, length: number): string {
  if (length === 4) return `${bytes[start]}.${bytes[start + 1]}.${bytes[start + 2]}.${bytes[start + 3]}`;
  const groups: number[] = [];
  for (let at = start; at < start + 16; at += 2) groups.push((bytes[at]! << 8) | bytes[at + 1]!);
  if (groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0)) {
    return formatAddress(bytes, start + 12, 4);
  }
  const run = longestZeros(groups);
  const text = groups.map((group) => group.toString(16));
  if (run.length < 2) return text.join(':');
  return `${text.slice(0, run.start).join(':')}::${text.slice(run.start + run.length).join(':')}`;
}

function longestZeros(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let length = 0;
    while (groups[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
  }
  return best;
}
