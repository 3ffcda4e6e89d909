import { LinkType } from './packet.js';

const ETHERTYPE_IPV4 = 0x0800;
const ETHERTYPE_IPV6 = 0x86dd;
const ETHERTYPE_VLAN = 0x8100;
const ETHERTYPE_QINQ = 0x88a8;
const ETHERTYPE_QINQ_OLD = 0x9100;
const ETHERTYPE_MPLS = 0x8847;
const ETHERTYPE_PPPOE_SESSION = 0x8864;
const PPP_IPV4 = 0x0021;
const PPP_IPV6 = 0x0057;
/** Deeper stacks of tags are not real. */
const MAX_TAGS = 8;

/** The packet holds something else than IP (ARP, LLDP, …). */
export const NOT_IP = -1;
/** The captured bytes end before the IP header begins. */
export const TOO_SHORT = -2;
/** The link type is none that is known here. */
export const UNKNOWN_LINK = -3;

/** Whether {@link networkOffset} knows a link type. */
export function isLinkTypeKnown(linkType: number): boolean {
  return Object.values<number>(LinkType).includes(linkType);
}

/**
 * Finds the IP header in a packet of a link type.
 *
 * @returns its offset, or {@link NOT_IP}, {@link TOO_SHORT}, {@link UNKNOWN_LINK}.
 */
export function networkOffset(linkType: number, view: DataView, start: number, end: number): number {
  switch (linkType) {
    case LinkType.ethernet:
      return ethernetPayload(view, start, end);
    case LinkType.linuxSll:
      return end - start < 16 ? TOO_SHORT : byEthertype(view.getUint16(start + 14), view, start + 16, end);
    case LinkType.linuxSll2:
      return end - start < 20 ? TOO_SHORT : byEthertype(view.getUint16(start), view, start + 20, end);
    case LinkType.null:
    case LinkType.loop:
      return end - start < 4 ? TOO_SHORT : addressFamily(view, start) ? start + 4 : NOT_IP;
    case LinkType.raw:
    case LinkType.rawBsd:
    case LinkType.rawOpenBsd:
    case LinkType.ipv4:
    case LinkType.ipv6:
      return end > start ? start : TOO_SHORT;
    default:
      return UNKNOWN_LINK;
  }
}

/** Finds the IP header in an Ethernet frame; also used for the frames inside a tunnel. */
export function ethernetPayload(view: DataView, start: number, end: number): number {
  return end - start < 14 ? TOO_SHORT : byEthertype(view.getUint16(start + 12), view, start + 14, end);
}

/** Steps over VLAN tags, MPLS labels and PPPoE to the IP header. */
export function byEthertype(ethertype: number, view: DataView, start: number, end: number): number {
  let type = ethertype;
  let at = start;
  for (let tags = 0; tags < MAX_TAGS; tags++) {
    switch (type) {
      case ETHERTYPE_IPV4:
      case ETHERTYPE_IPV6:
        return at < end ? at : TOO_SHORT;
      case ETHERTYPE_VLAN:
      case ETHERTYPE_QINQ:
      case ETHERTYPE_QINQ_OLD:
        if (end - at < 4) return TOO_SHORT;
        type = view.getUint16(at + 2);
        at += 4;
        break;
      case ETHERTYPE_MPLS:
        return mplsPayload(view, at, end);
      case ETHERTYPE_PPPOE_SESSION:
        return pppoePayload(view, at, end);
      default:
        return NOT_IP;
    }
  }
  return NOT_IP;
}

/** RFC 3032: the label with the bottom-of-stack bit is the last; what follows tells itself by its first nibble. */
function mplsPayload(view: DataView, start: number, end: number): number {
  let at = start;
  for (let labels = 0; labels < MAX_TAGS && end - at >= 4; labels++) {
    const bottom = (view.getUint8(at + 2) & 1) === 1;
    at += 4;
    if (!bottom) continue;
    if (at >= end) return TOO_SHORT;
    const version = view.getUint8(at) >> 4;
    return version === 4 || version === 6 ? at : NOT_IP;
  }
  return end - at < 4 ? TOO_SHORT : NOT_IP;
}

/** RFC 2516: six bytes of PPPoE, two of PPP. */
function pppoePayload(view: DataView, start: number, end: number): number {
  if (end - start < 9) return TOO_SHORT;
  const protocol = view.getUint16(start + 6);
  return protocol === PPP_IPV4 || protocol === PPP_IPV6 ? start + 8 : NOT_IP;
}

/** AF_INET is 2 everywhere, AF_INET6 is 10, 24, 28 or 30, in the byte order of the machine that captured. */
function addressFamily(view: DataView, start: number): boolean {
  const big = view.getUint32(start, false);
  const family = big > 0xffff ? view.getUint32(start, true) : big;
  return family === 2 || family === 10 || family === 24 || family === 28 || family === 30;
}
