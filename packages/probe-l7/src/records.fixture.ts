import {
  data_record as Data,
  record as Header,
  open_record as Open,
  peer as Peer,
  record_kind,
  unix_open_record as UnixOpen,
} from './event.gen.js';

/** Fields that begin every record. */
export interface HeaderFields {
  flags?: number;
  transport?: number;
  protocol?: number;
  tgid?: number;
  cookie?: number;
  at?: number;
}

function header(view: DataView, kind: number, fields: HeaderFields): void {
  const at = Header.$offsets;
  view.setUint8(at.kind, kind);
  view.setUint8(at.flags, fields.flags ?? 0);
  view.setUint8(at.transport, fields.transport ?? 1);
  view.setUint8(at.protocol, fields.protocol ?? 0);
  view.setUint32(at.tgid, fields.tgid ?? 7, true);
  view.setBigUint64(at.cookie, BigInt(fields.cookie ?? 1), true);
  view.setBigUint64(at.at, BigInt(fields.at ?? 1000), true);
}

/** A data record as the kernel writes it; lengths may be made to lie. */
export function dataRecord(
  payload: string,
  fields: HeaderFields & {
    position?: number;
    length?: number;
    captured?: number;
    sequence?: number;
    tid?: number;
    peer?: { address: number[]; family: number; port: number };
  } = {},
): Uint8Array {
  const peerSize = fields.peer ? Peer.$size : 0;
  const bytes = new Uint8Array(Data.$size + peerSize + payload.length);
  const view = new DataView(bytes.buffer);
  header(view, record_kind.RECORD_DATA, fields);
  view.setBigUint64(Data.$offsets.position, BigInt(fields.position ?? 0), true);
  view.setUint32(Data.$offsets.tid, fields.tid ?? 8, true);
  view.setUint32(Data.$offsets.length, fields.length ?? payload.length, true);
  view.setUint32(Data.$offsets.captured, fields.captured ?? payload.length, true);
  view.setUint32(Data.$offsets.sequence, fields.sequence ?? 0, true);
  if (fields.peer) {
    bytes.set(fields.peer.address, Data.$size + Peer.$offsets.address);
    view.setUint16(Data.$size + Peer.$offsets.family, fields.peer.family, true);
    view.setUint16(Data.$size + Peer.$offsets.port, fields.peer.port, true);
  }
  bytes.set(Buffer.from(payload, 'latin1'), Data.$size + peerSize);
  return bytes;
}

/** An open record of an IP socket. */
export function openRecord(
  fields: HeaderFields & {
    role?: number;
    fromStart?: boolean;
    family?: number;
    local?: [number[], number];
    remote?: [number[], number];
  } = {},
): Uint8Array {
  const bytes = new Uint8Array(Open.$size);
  const view = new DataView(bytes.buffer);
  const at = Open.$offsets;
  header(view, record_kind.RECORD_OPEN, fields);
  view.setUint8(at.role, fields.role ?? 0);
  view.setUint8(at.from_start, Number(fields.fromStart ?? false));
  view.setUint16(at.family, fields.family ?? 2, true);
  const [localAddress, localPort] = fields.local ?? [[127, 0, 0, 1], 80];
  const [remoteAddress, remotePort] = fields.remote ?? [[127, 0, 0, 2], 4000];
  bytes.set(localAddress, at.local_address);
  bytes.set(remoteAddress, at.remote_address);
  view.setUint16(at.local_port, localPort, true);
  view.setUint16(at.remote_port, remotePort, true);
  view.setUint32(at.netns, 4_026_531_840, true);
  view.setBigUint64(at.cgroup, 99n, true);
  view.setBigUint64(at.position, 70n, true);
  view.setBigUint64(at.position + 8, 30n, true);
  return bytes;
}

/** An open record of a unix socket. */
export function unixOpenRecord(
  local: string,
  remote: string,
  fields: HeaderFields & { role?: number } = {},
): Uint8Array {
  const bytes = new Uint8Array(UnixOpen.$size);
  bytes.set(openRecord({ ...fields, transport: 3, family: 1 }));
  const view = new DataView(bytes.buffer);
  view.setUint32(UnixOpen.$offsets.local_length, local.length, true);
  view.setUint32(UnixOpen.$offsets.remote_length, remote.length, true);
  bytes.set(Buffer.from(local, 'latin1'), UnixOpen.$offsets.local_path);
  bytes.set(Buffer.from(remote, 'latin1'), UnixOpen.$offsets.remote_path);
  return bytes;
}

/** A close record. */
export function closeRecord(flags: number, fields: HeaderFields = {}): Uint8Array {
  const bytes = new Uint8Array(Header.$size);
  header(new DataView(bytes.buffer), record_kind.RECORD_CLOSE, { ...fields, flags });
  return bytes;
}
