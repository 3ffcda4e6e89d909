/** A reproducible source of numbers from 0 to 1 (mulberry32). */
export function randomFrom(seed) {
  let state = seed * 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The capture with every TCP segment cut into pieces of 1 to 64 bytes. */
export function splitSegments(sources, bytes, random) {
  return rewrite(sources, bytes, (packet, tcp, write) => {
    if (tcp === null || tcp.length === 0 || tcp.captured < tcp.length) {
      write(packet);
      return;
    }
    for (let at = 0; at < tcp.length; ) {
      const size = Math.min(1 + Math.floor(random() * 64), tcp.length - at);
      write(piece(packet, tcp, at, size));
      at += size;
    }
  });
}

/** The capture without one data segment in a hundred (at least one of each capture, where there are more than two). */
export function dropSegments(sources, bytes, random) {
  let count = 0;
  rewrite(sources, bytes, (_packet, tcp) => {
    if (tcp !== null && tcp.length > 0) count++;
  });
  const certain = count > 2 ? Math.floor(random() * count) : -1;
  let index = 0;
  return rewrite(sources, bytes, (packet, tcp, write) => {
    if (tcp !== null && tcp.length > 0 && (index++ === certain || random() < 0.01)) return;
    write(packet);
  });
}

function rewrite(sources, bytes, visit) {
  const { core, CaptureParser } = sources;
  const clock = new core.CaptureClock();
  const out = [];
  let writer = null;
  const parser = new CaptureParser(clock, (packet) => {
    if (writer === null) {
      writer = new core.PcapWriter({ linkType: packet.linkType, nanoseconds: true });
      out.push(writer.header());
    }
    const at = clock.toUnixNano(packet.at);
    const whole = packet.bytes.subarray(packet.start, packet.end);
    const cut = packet.length - whole.length;
    visit(whole, tcpOf(sources, packet), (data) => out.push(writer.packet(data, at, data.length + cut)));
  });
  parser.push(bytes);
  return Buffer.concat(out);
}

/** Where the TCP header and payload of a packet stand, or null if it holds none in the open. */
function tcpOf({ networkOffset, emptyDatagram, readIpHeader }, packet) {
  const { bytes, view, start, end, length } = packet;
  const ip = networkOffset(packet.linkType, view, start, end);
  const datagram = emptyDatagram();
  if (ip < 0 || !readIpHeader(datagram, bytes, view, ip, end, start + length)) return null;
  if (datagram.protocol !== 6 || datagram.fragmentOffset > 0 || datagram.moreFragments) return null;
  if (datagram.end - datagram.start < 20) return null;
  const header = (bytes[datagram.start + 12] >> 4) * 4;
  const payload = datagram.start + header - start;
  return {
    ip: ip - start,
    tcp: datagram.start - start,
    payload,
    length: datagram.length - header,
    captured: Math.max(0, datagram.end - start - payload),
  };
}

/** A packet with `size` bytes of the payload, beginning at `at`. */
function piece(packet, { ip, tcp, payload, length }, at, size) {
  const copy = Buffer.concat([packet.subarray(0, payload), packet.subarray(payload + at, payload + at + size)]);
  const less = length - size;
  if (copy[ip] >> 4 === 4) copy.writeUInt16BE(copy.readUInt16BE(ip + 2) - less, ip + 2);
  else copy.writeUInt16BE(copy.readUInt16BE(ip + 4) - less, ip + 4);
  copy.writeUInt32BE((copy.readUInt32BE(tcp + 4) + at) >>> 0, tcp + 4);
  // FIN belongs to the last piece, SYN to the first.
  if (at + size < length) copy[tcp + 13] &= ~1;
  if (at > 0) copy[tcp + 13] &= ~2;
  return copy;
}
