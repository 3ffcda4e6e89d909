import { closeSync } from 'node:fs';
import type { MapBatchOperation, MapBatchResult, MapDefinition, MapOperation, NativeMap } from '../../backend.js';
import { CStruct } from './c-struct.js';
import { Errno, kernelError } from './kernel-error.js';
import { readMapInfo } from './map-info.js';
import type { NativeLibrary } from './native-library.js';

/** {@link NativeBackend.createMap}. */
export function createMap(library: NativeLibrary, definition: MapDefinition): NativeMap {
  // struct bpf_map_create_opts
  const options = CStruct.options(library.foreign, 48)
    .u32(24, definition.inner?.fd ?? 0)
    .u32(28, definition.flags ?? 0);
  const { type, name, keySize, valueSize, maxEntries } = definition;
  // The kernel keeps 15 letters and refuses longer names and odd characters.
  const kernelName = name.replace(/[^A-Za-z0-9_.]/g, '_').slice(0, 15);
  const fd = library.bpf.bpf_map_create(type, kernelName, keySize, valueSize, maxEntries, options.bytes);
  if (fd < 0) throw kernelError('MAP_FAILED', `map ${name} can't be created`, -fd);
  let open = true;
  return {
    fd,
    info: { ...readMapInfo(library, fd), name },
    close() {
      if (open) closeSync(fd);
      open = false;
    },
  };
}

/** {@link NativeBackend.mapOperation}. */
export function mapOperation(library: NativeLibrary, map: NativeMap, operation: MapOperation): boolean {
  const status = operate(library, map.fd, operation);
  if (status === 0) return true;
  if (status === -Errno.ENOENT) return false;
  if (operation.kind === 'update' && operation.flags === 1 && status === -Errno.EEXIST) return false;
  throw kernelError('MAP_FAILED', `${operation.kind} on map ${map.info.name}`, -status, hintFor(-status));
}

function operate({ bpf }: NativeLibrary, fd: number, operation: MapOperation): number {
  switch (operation.kind) {
    case 'lookup':
      return bpf.bpf_map_lookup_elem_flags(fd, operation.key, operation.value, operation.flags ?? 0);
    case 'take':
      return bpf.bpf_map_lookup_and_delete_elem(fd, operation.key, operation.value);
    case 'update':
      return bpf.bpf_map_update_elem(fd, operation.key, operation.value, operation.flags);
    case 'delete':
      return bpf.bpf_map_delete_elem(fd, operation.key);
    case 'next':
      return bpf.bpf_map_get_next_key(fd, operation.key, operation.nextKey);
  }
}

/** {@link NativeBackend.mapBatch}. */
export function mapBatch(library: NativeLibrary, map: NativeMap, operation: MapBatchOperation): MapBatchResult | null {
  const count = Buffer.alloc(4);
  count.writeUInt32LE(operation.count);
  const status = operateBatch(library, map.fd, operation, count);
  if (status === 0) return { count: count.readUInt32LE(), done: false };
  if (status === -Errno.ENOENT && (operation.kind === 'lookup' || operation.kind === 'take')) {
    return { count: count.readUInt32LE(), done: true };
  }
  // A delete stops at the first key that isn't there; the caller goes on behind it.
  if (status === -Errno.ENOENT) return { count: count.readUInt32LE(), done: false };
  // EINVAL: a kernel before 5.6, which doesn't know the command.
  if (status === -Errno.ENOTSUPP || status === -Errno.EOPNOTSUPP || status === -Errno.EINVAL) return null;
  throw kernelError('MAP_FAILED', `batch ${operation.kind} on map ${map.info.name}`, -status, hintFor(-status));
}

function operateBatch(
  { bpf, foreign }: NativeLibrary,
  fd: number,
  operation: MapBatchOperation,
  count: Buffer,
): number {
  switch (operation.kind) {
    case 'lookup':
      return bpf.bpf_map_lookup_batch(fd, operation.from, operation.to, operation.keys, operation.values, count, null);
    case 'take': {
      const { from, to, keys, values } = operation;
      return bpf.bpf_map_lookup_and_delete_batch(fd, from, to, keys, values, count, null);
    }
    case 'update': {
      // struct bpf_map_batch_opts
      const options = CStruct.options(foreign, 24).u64(8, operation.flags);
      return bpf.bpf_map_update_batch(fd, operation.keys, operation.values, count, options.bytes);
    }
    case 'delete':
      return bpf.bpf_map_delete_batch(fd, operation.keys, count, null);
  }
}

function hintFor(errno: number): { hint?: string } {
  if (errno === Errno.E2BIG)
    return { hint: 'the map is full, or the index lies outside the array: raise its size with mapSizes' };
  if (errno === Errno.EINVAL) return { hint: 'maps of this type don’t have this operation, or the flags don’t fit' };
  return {};
}
