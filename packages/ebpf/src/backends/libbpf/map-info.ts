import type { MapInfo } from '../../backend.js';
import { CStruct } from './c-struct.js';
import { kernelError } from './kernel-error.js';
import type { NativeLibrary } from './native-library.js';

/** `sizeof(struct bpf_map_info)` up to the fields that are read. */
const mapInfoSize = 88;

/** Facts about a map, by its descriptor. */
export function readMapInfo(library: NativeLibrary, fd: number): MapInfo {
  const info = new CStruct(library.foreign, mapInfoSize);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(mapInfoSize);
  const status = library.bpf.bpf_obj_get_info_by_fd(fd, info.bytes, length);
  if (status < 0) throw kernelError('MAP_FAILED', "the map can't be inspected", -status);
  const name = info.bytes.toString('latin1', 24, 40);
  return {
    type: info.readU32(0),
    id: info.readU32(4),
    keySize: info.readU32(8),
    valueSize: info.readU32(12),
    maxEntries: info.readU32(16),
    flags: info.readU32(20),
    name: name.slice(0, name.indexOf('\0')),
  };
}
