import type { ConnectionSink } from '../contracts/connection.js';
import type { CaptureClock } from './capture-clock.js';
import { CaptureParser } from './capture-parser.js';
import { type CaptureStats, captureStats, type SkipReason } from './capture-stats.js';
import { Fragments } from './fragments.js';
import { emptyDatagram, IpProtocol, readIpHeader } from './ip-header.js';
import { NOT_IP, networkOffset, UNKNOWN_LINK } from './link-layer.js';
import type { Packet } from './packet.js';
import { TcpTracker } from './tcp-tracker.js';
import { grePayload, udpTunnelPayload } from './tunnel.js';
import { UDP_HEADER_BYTES, UdpTracker } from './udp-tracker.js';

/** Tunnels within tunnels are followed so far. */
const MAX_TUNNELS = 4;

/** Options of a {@link CaptureReader}. */
export interface CaptureReaderOptions {
  /** Where connections and their bytes go. */
  connections: ConnectionSink;
  /** Clock of this capture; the pipeline behind `connections` uses the same one. */
  clock: CaptureClock;
  /** Most TCP connections, and most UDP flows, that are held at once. @default 100000 */
  maxConnections?: number;
  /**
   * Most bytes of TCP that are held in all while bytes before them are missing. Beyond it, the connection that has waited
   * longest goes on without them. @default 67108864
   */
  maxHeldBytes?: number;
  /** Called when the capture's clock has moved on by a second or more. */
  onTime?(now: number): void;
}

/** Turns the bytes of a capture file into connections and their byte streams. Needs no privileges. */
export class CaptureReader {
  readonly #options: CaptureReaderOptions;
  readonly #parser: CaptureParser;
  readonly #tcp: TcpTracker;
  readonly #udp: UdpTracker;
  readonly #fragments = new Fragments();
  readonly #datagram = emptyDatagram();
  readonly #skipped = new Map<SkipReason, number>();
  readonly #linkTypes = new Set<number>();
  #packets = 0;
  #bytes = 0;
  #cut = 0;
  #toldAt = 0;

  constructor(options: CaptureReaderOptions) {
    this.#options = options;
    const limit = options.maxConnections ?? 100_000;
    this.#parser = new CaptureParser(options.clock, (packet) => this.#packet(packet));
    this.#tcp = new TcpTracker(options.connections, limit, options.maxHeldBytes ?? 64 * 1024 * 1024);
    this.#udp = new UdpTracker(options.connections, limit);
  }

  /**
   * Takes the next bytes of the file, any number of them.
   *
   * @throws CaptureError `CAPTURE_FORMAT` or `CAPTURE_DAMAGED`; call {@link flush} then, what came before is good.
   */
  push(bytes: Uint8Array): void {
    this.#parser.push(bytes);
  }

  /**
   * Tells that the file has ended.
   *
   * @throws CaptureError `CAPTURE_TRUNCATED` or `CAPTURE_FORMAT`; call {@link flush} all the same.
   */
  end(): void {
    this.#parser.end();
  }

  /** Delivers everything that still waited for missing bytes. */
  flush(): void {
    this.#fragments.end();
    this.#tcp.flush();
  }

  /** What was read, skipped and missing so far. */
  stats(): CaptureStats {
    return captureStats({
      packets: this.#packets,
      bytes: this.#bytes,
      cut: this.#cut,
      dropped: this.#parser.dropped,
      impossibleTimes: this.#options.clock.impossible,
      lostFragments: this.#fragments.lost,
      skipped: this.#skipped,
      unknownLinkTypes: this.#linkTypes,
      tcp: this.#tcp.counters,
      udp: this.#udp.counters,
    });
  }

  #packet(packet: Packet): void {
    this.#packets++;
    this.#bytes += packet.length;
    if (packet.end - packet.start < packet.length) this.#cut++;
    const { clock, onTime } = this.#options;
    clock.advance(packet.at);
    const now = clock.now();
    if (onTime && now - this.#toldAt >= 1e9) {
      this.#toldAt = now;
      onTime(now);
    }
    const offset = networkOffset(packet.linkType, packet.view, packet.start, packet.end);
    if (offset >= 0) {
      this.#ip(packet.bytes, packet.view, offset, packet.end, packet.start + packet.length, packet.at, 0);
      return;
    }
    if (offset === UNKNOWN_LINK) this.#linkTypes.add(packet.linkType);
    this.#skip(offset === NOT_IP ? 'not-ip' : offset === UNKNOWN_LINK ? 'unknown-link-type' : 'cut-in-header');
  }

  #ip(bytes: Buffer, view: DataView, start: number, end: number, wireEnd: number, at: number, depth: number): void {
    const datagram = this.#datagram;
    if (!readIpHeader(datagram, bytes, view, start, end, wireEnd)) {
      this.#skip('malformed');
      return;
    }
    if ((datagram.moreFragments || datagram.fragmentOffset > 0) && !this.#fragments.add(datagram, at)) return;
    switch (datagram.protocol) {
      case IpProtocol.tcp:
        if (!this.#tcp.receive(datagram, at)) this.#skip('malformed');
        return;
      case IpProtocol.udp:
        this.#udpOrTunnel(at, depth);
        return;
      case IpProtocol.gre:
        this.#inner(grePayload(datagram.view, datagram.start, datagram.end), at, depth);
        return;
      case IpProtocol.ipv4:
      case IpProtocol.ipv6:
        this.#inner(datagram.start, at, depth);
        return;
      default:
        this.#skip('other-transport');
    }
  }

  #udpOrTunnel(at: number, depth: number): void {
    const { view, start, end } = this.#datagram;
    if (end - start > UDP_HEADER_BYTES) {
      const inner = udpTunnelPayload(view.getUint16(start + 2), view, start + UDP_HEADER_BYTES, end);
      if (inner >= 0) {
        this.#inner(inner, at, depth);
        return;
      }
    }
    if (!this.#udp.receive(this.#datagram, at)) this.#skip('malformed');
  }

  #inner(offset: number, at: number, depth: number): void {
    if (offset < 0 || depth >= MAX_TUNNELS) {
      this.#skip('other-transport');
      return;
    }
    const { bytes, view, start, end, length } = this.#datagram;
    this.#ip(bytes, view, offset, end, start + length, at, depth + 1);
  }

  #skip(reason: SkipReason): void {
    this.#skipped.set(reason, (this.#skipped.get(reason) ?? 0) + 1);
  }
}
