import { byEthertype, ethernetPayload } from './link-layer.js';

const VXLAN_PORTS = new Set([4789, 8472]);
const GENEVE_PORT = 6081;
const TRANSPARENT_ETHERNET = 0x6558;

/**
 * Finds the IP header inside a GRE packet (RFC 2784, 2890).
 *
 * @returns its offset, or a negative number if there is none.
 */
export function grePayload(view: DataView, start: number, end: number): number {
  if (end - start < 4) return -1;
  const flags = view.getUint16(start);
  // Routing (RFC 1701) and versions other than 0 (PPTP) are not looked into.
  if ((flags & 0x4007) !== 0) return -1;
  const type = view.getUint16(start + 2);
  const at = start + 4 + (flags & 0x8000 ? 4 : 0) + (flags & 0x2000 ? 4 : 0) + (flags & 0x1000 ? 4 : 0);
  return type === TRANSPARENT_ETHERNET ? ethernetPayload(view, at, end) : byEthertype(type, view, at, end);
}

/**
 * Finds the IP header inside the payload of a UDP datagram that is VXLAN (RFC 7348) or GENEVE (RFC 8926) by its port
 * and its header.
 *
 * @returns its offset, or a negative number if the datagram is no tunnel's.
 */
export function udpTunnelPayload(port: number, view: DataView, start: number, end: number): number {
  if (end - start < 8 + 14) return -1;
  if (VXLAN_PORTS.has(port)) {
    const plain = view.getUint8(start) === 0x08 && view.getUint8(start + 7) === 0;
    return plain ? ethernetPayload(view, start + 8, end) : -1;
  }
  if (port !== GENEVE_PORT || view.getUint8(start) >> 6 !== 0) return -1;
  const at = start + 8 + (view.getUint8(start) & 0x3f) * 4;
  const type = view.getUint16(start + 2);
  return type === TRANSPARENT_ETHERNET ? ethernetPayload(view, at, end) : byEthertype(type, view, at, end);
}
