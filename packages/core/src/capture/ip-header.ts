/** IP protocol numbers that are looked into. */
export const IpProtocol = { ipv4: 4, tcp: 6, udp: 17, ipv6: 41, gre: 47 } as const;

const HOP_BY_HOP = 0;
const ROUTING = 43;
const FRAGMENT = 44;
const AUTHENTICATION = 51;
const DESTINATION_OPTIONS = 60;
const MOBILITY = 135;
const HIP = 139;
const SHIM6 = 140;
/** RFC 8200 asks for each header at most once (twice for destination options). */
const MAX_EXTENSION_HEADERS = 12;

/** An IP datagram, or a fragment of one. One object is filled in again and again. */
export interface IpDatagram {
  bytes: Buffer;
  view: DataView;
  /** Protocol of the payload. */
  protocol: number;
  /** Offset of the source address; the destination follows it. */
  addresses: number;
  /** 4 or 16. */
  addressBytes: number;
  /** Captured payload: up to, not including, `end`. */
  start: number;
  end: number;
  /** Bytes of payload on the wire. */
  length: number;
  /** Identification, by which fragments and duplicates are known; 0 where there is none. */
  identification: number;
  /** Offset of this fragment's payload in the whole, in bytes. */
  fragmentOffset: number;
  moreFragments: boolean;
}

/** A datagram object to fill in. */
export function emptyDatagram(): IpDatagram {
  const bytes = Buffer.alloc(0);
  return {
    bytes,
    view: new DataView(bytes.buffer, 0, 0),
    protocol: 0,
    addresses: 0,
    addressBytes: 4,
    start: 0,
    end: 0,
    length: 0,
    identification: 0,
    fragmentOffset: 0,
    moreFragments: false,
  };
}

/**
 * Reads an IPv4 (RFC 791) or IPv6 (RFC 8200) header with what extends it.
 *
 * @param wireEnd where the packet would end had it been captured whole.
 * @returns false if it is none, or was cut within its header.
 */
export function readIpHeader(
  into: IpDatagram,
  bytes: Buffer,
  view: DataView,
  start: number,
  end: number,
  wireEnd: number,
): boolean {
  if (start >= end) return false;
  into.bytes = bytes;
  into.view = view;
  const version = view.getUint8(start) >> 4;
  if (version === 4) return readIpv4(into, view, start, end, wireEnd);
  if (version === 6) return readIpv6(into, view, start, end, wireEnd);
  return false;
}

function readIpv4(into: IpDatagram, view: DataView, start: number, end: number, wireEnd: number): boolean {
  if (end - start < 20) return false;
  const header = (view.getUint8(start) & 0x0f) * 4;
  // A total length of 0 is what segmentation offload leaves in packets larger than 64 KiB.
  const total = view.getUint16(start + 2) || wireEnd - start;
  if (header < 20 || total < header || end - start < header) return false;
  const flags = view.getUint16(start + 6);
  into.protocol = view.getUint8(start + 9);
  into.addresses = start + 12;
  into.addressBytes = 4;
  into.start = start + header;
  into.end = Math.min(end, start + total);
  into.length = total - header;
  into.identification = view.getUint16(start + 4);
  into.fragmentOffset = (flags & 0x1fff) * 8;
  into.moreFragments = (flags & 0x2000) !== 0;
  return true;
}

function readIpv6(into: IpDatagram, view: DataView, start: number, end: number, wireEnd: number): boolean {
  if (end - start < 40) return false;
  // A payload length of 0 is a jumbogram's, or again offload's.
  const payload = view.getUint16(start + 4) || wireEnd - start - 40;
  const total = 40 + payload;
  const limit = Math.min(end, start + total);
  into.addresses = start + 8;
  into.addressBytes = 16;
  into.identification = 0;
  into.fragmentOffset = 0;
  into.moreFragments = false;
  let next = view.getUint8(start + 6);
  let at = start + 40;
  for (let headers = 0; headers < MAX_EXTENSION_HEADERS && isExtension(next); headers++) {
    if (limit - at < 8) return false;
    if (next === FRAGMENT) {
      const flags = view.getUint16(at + 2);
      into.fragmentOffset = flags & 0xfff8;
      into.moreFragments = (flags & 1) !== 0;
      into.identification = view.getUint32(at + 4);
    }
    const length = extensionLength(next, view.getUint8(at + 1));
    next = view.getUint8(at);
    at += length;
    // What follows the header of a later fragment is payload, whatever its number says.
    if (into.fragmentOffset > 0) break;
  }
  if (at > limit) return false;
  into.protocol = next;
  into.start = at;
  into.end = limit;
  into.length = start + total - at;
  return true;
}

function isExtension(header: number): boolean {
  switch (header) {
    case HOP_BY_HOP:
    case ROUTING:
    case FRAGMENT:
    case AUTHENTICATION:
    case DESTINATION_OPTIONS:
    case MOBILITY:
    case HIP:
    case SHIM6:
      return true;
    default:
      return false;
  }
}

function extensionLength(header: number, field: number): number {
  if (header === FRAGMENT) return 8;
  return header === AUTHENTICATION ? (field + 2) * 4 : (field + 1) * 8;
}
