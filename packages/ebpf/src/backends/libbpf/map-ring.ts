import type { NativeMap, NativeRing } from '../../backend.js';
import { EbpfError } from '../../errors.js';
import { MappedView, mapShared } from './memory.js';
import type { NativeLibrary } from './native-library.js';

const BPF_MAP_TYPE_RINGBUF = 27;

/** {@link NativeBackend.mapRing}: consumer page, then producer page with the data area twice (`Documentation/bpf/ringbuf.rst`). */
export function mapRing(library: NativeLibrary, map: NativeMap): NativeRing {
  const { type, name, maxEntries: size } = map.info;
  if (type !== BPF_MAP_TYPE_RINGBUF)
    throw new EbpfError('INVALID_ARGUMENT', `map ${name} is no ring buffer (type ${type})`);
  const page = pageSize();
  const consumer = new MappedView(library, mapShared(library, map.fd, 0, page, true));
  let producer: MappedView;
  try {
    producer = new MappedView(library, mapShared(library, map.fd, page, page + 2 * size, false));
  } catch (error) {
    consumer.close();
    throw error;
  }
  return {
    consumer: consumer.buffer,
    producer: producer.buffer,
    dataOffset: page,
    size,
    close() {
      consumer.close();
      producer.close();
    },
  };

  function pageSize(): number {
    const scPagesize = 30;
    return library.libc.sysconf(scPagesize);
  }
}
