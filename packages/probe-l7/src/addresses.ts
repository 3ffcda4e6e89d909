import type { Endpoint } from '@sonde/core';

const AF_INET = 2;
const AF_INET6 = 10;

/**
 * The address and port of a record, as text. IPv4 addresses that stand in an IPv6 socket (`::ffff:…`, RFC 4291 §2.5.5.2)
 * are written as IPv4, so that both ends of a connection name it alike. Null for any other family.
 *
 * @param at - offset of the 16 bytes of the address
 */
export function endpoint(view: DataView, at: number, family: number, port: number): Endpoint | null {
  if (family === AF_INET) return { address: ipv4(view, at), port };
  if (family !== AF_INET6) return null;
  const mapped = view.getUint32(at) === 0 && view.getUint32(at + 4) === 0 && view.getUint32(at + 8) === 0x0000_ffff;
  return { address: mapped ? ipv4(view, at + 12) : ipv6(view, at), port };
}

function ipv4(view: DataView, at: number): string {
  return `${view.getUint8(at)}.${view.getUint8(at + 1)}.${view.getUint8(at + 2)}.${view.getUint8(at + 3)}`;
}

/** RFC 5952: the longest run of zero groups, the first of equals, is left out if it is longer than one. */
function ipv6(view: DataView, at: number): string {
  const groups = Array.from({ length: 8 }, (_, i) => view.getUint16(at + 2 * i));
  let best = { from: 0, length: 1 };
  for (let from = 0; from < 8; from++) {
    let length = 0;
    while (from + length < 8 && groups[from + length] === 0) length++;
    if (length > best.length) best = { from, length };
  }
  const text = (some: number[]) => some.map((group) => group.toString(16)).join(':');
  if (best.length < 2) return text(groups);
  return `${text(groups.slice(0, best.from))}::${text(groups.slice(best.from + best.length))}`;
}

/** The path of a unix socket; abstract names, which begin with a NUL, are written with `@` as `ss` does. Null without one. */
export function unixEndpoint(bytes: Uint8Array, length: number): Endpoint | null {
  if (length <= 0 || length > bytes.length) return null;
  const abstract = bytes[0] === 0;
  const end = abstract ? length : terminated(bytes, length);
  const name = new TextDecoder().decode(bytes.slice(abstract ? 1 : 0, end));
  return { address: abstract ? `@${name}` : name, port: null };
}

function terminated(bytes: Uint8Array, length: number): number {
  const nul = bytes.indexOf(0);
  return nul < 0 || nul > length ? length : nul;
}
