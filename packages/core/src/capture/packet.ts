/**
 * One packet of a capture file. **Leased**: readers fill in one object again and again, and the bytes are valid during
 * the call only.
 */
export interface Packet {
  /** LINKTYPE_ value, see {@link LinkType}. */
  linkType: number;
  /** Nanoseconds of the capture's clock. */
  at: number;
  /** Captured bytes: `bytes[start]` up to, not including, `bytes[end]`. */
  bytes: Buffer;
  /** The same memory and the same offsets as `bytes`. */
  view: DataView;
  start: number;
  end: number;
  /** Bytes on the wire, which are more than were captured when the snap length cut the packet. */
  length: number;
}

/** Link types that can be decoded (https://www.tcpdump.org/linktypes.html). */
export const LinkType = {
  null: 0,
  ethernet: 1,
  /** DLT_RAW as Linux and most BSDs write it into files. */
  rawBsd: 12,
  /** DLT_RAW as OpenBSD writes it. */
  rawOpenBsd: 14,
  raw: 101,
  loop: 108,
  linuxSll: 113,
  ipv4: 228,
  ipv6: 229,
  linuxSll2: 276,
} as const;

/** A packet object to fill in. */
export function emptyPacket(): Packet {
  const bytes = Buffer.alloc(0);
  return { linkType: 0, at: 0, bytes, view: viewOf(bytes), start: 0, end: 0, length: 0 };
}

/** A `DataView` over the memory of `bytes`, with the same offsets. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
