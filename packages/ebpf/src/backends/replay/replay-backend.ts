import type {
  LoadRequest,
  MapDefinition,
  MapInfo,
  MapOperation,
  NativeBackend,
  NativeHandle,
  NativeLink,
  NativeMap,
  NativeObject,
  NativeProgram,
  NativeRing,
  ProgramInfo,
  ProgramRun,
  ProgramRunResult,
} from '../../backend.js';
import { EbpfError } from '../../errors.js';
import { MapType } from '../../map-type.js';
import { type DefinedMap, readMapDefinitions } from './map-definitions.js';
import { MemoryMap } from './memory-map.js';
import { MemoryRing } from './memory-ring.js';

/** Options of {@link ReplayBackend}. */
export interface ReplayOptions {
  /**
   * Answers test runs in the kernel's place. Without it they are refused.
   *
   * @default none
   */
  readonly run?: (program: NativeProgram, run: ProgramRun) => ProgramRunResult;
}

const noHandle: NativeHandle = { close() {} };
const smallestRing = 4096;

/**
 * A backend without a kernel: maps live in memory, programs load and attach without running, and ring buffers hold what
 * is put into them. Probes are tested with it, and recordings are played, on any machine and without privileges.
 */
export class ReplayBackend implements NativeBackend {
  readonly name = 'replay';
  readonly #options: ReplayOptions;
  readonly #maps = new Map<number, MemoryMap>();
  readonly #rings = new Map<number, MemoryRing>();
  readonly #types = new Map<number, number>();
  #lastFd = 1000;

  constructor(options: ReplayOptions = {}) {
    this.#options = options;
  }

  describe(): string {
    return 'replay, in memory, without a kernel';
  }

  /**
   * Appends a record to a ring buffer, as a program would.
   *
   * @param map - a map of this backend: `object.map('events').native`
   * @returns false if the ring is full, so that the record is lost
   * @throws EbpfError `INVALID_ARGUMENT` if the map is no ring buffer
   */
  writeRecord(map: NativeMap, record: Uint8Array): boolean {
    return this.ring(map).write(record);
  }

  /**
   * The memory of a ring buffer.
   *
   * @throws EbpfError `INVALID_ARGUMENT` if the map is no ring buffer
   */
  ring(map: NativeMap): MemoryRing {
    const ring = this.#rings.get(map.fd);
    if (ring) return ring;
    throw new EbpfError('INVALID_ARGUMENT', `map ${map.info.name} is no ring buffer (type ${map.info.type})`);
  }

  loadObject(request: LoadRequest): NativeObject {
    const definitions = readMapDefinitions(request.bytes, request.name);
    const owned: MemoryMap[] = [];
    const maps = request.maps.flatMap((wanted): NativeMap[] => {
      const defined = definitions.get(wanted.name);
      if (wanted.reuse) return [this.#share(wanted.reuse, wanted.name)];
      if (!defined) return [];
      const map = this.#create({ ...defined, maxEntries: wanted.maxEntries ?? defined.maxEntries });
      owned.push(map);
      this.#writeGlobals(map, defined, request);
      return [map];
    });
    const programs = request.programs
      .filter((program) => program.autoload)
      .map(({ name, section, type }): NativeProgram => {
        const fd = ++this.#lastFd;
        this.#types.set(fd, type ?? 0);
        return { fd, name, section, close: () => this.#types.delete(fd) };
      });
    return {
      maps,
      programs,
      close: () => {
        for (const program of programs) program.close();
        for (const map of owned) this.#remove(map);
      },
    };
  }

  attach(): NativeLink {
    return { fd: -1, close() {} };
  }

  readIterator(): Uint8Array {
    return new Uint8Array(0);
  }

  runProgram(program: NativeProgram, run: ProgramRun): ProgramRunResult {
    if (this.#options.run) return this.#options.run(program, run);
    throw new EbpfError('RUN_FAILED', `program ${program.name} can't run: a replay has no kernel`, {
      hint: 'give the ReplayBackend a function `run` that answers in its place',
    });
  }

  programInfo(program: NativeProgram): ProgramInfo {
    return { id: program.fd, type: this.#types.get(program.fd) ?? 0, runs: 0, timeNs: 0 };
  }

  createMap({ name, type, keySize, valueSize, maxEntries, flags }: MapDefinition): NativeMap {
    const map = this.#create({ name, type, keySize, valueSize, maxEntries, flags: flags ?? 0 });
    return { fd: map.fd, info: map.info, close: () => this.#remove(map) };
  }

  mapOperation(map: NativeMap, operation: MapOperation): boolean {
    const memory = this.#maps.get(map.fd);
    if (!memory)
      throw new EbpfError('MAP_FAILED', `map ${map.info.name} is not of this backend, or closed`, { errno: 9 });
    const holdsMaps = map.info.type === MapType.hashOfMaps || map.info.type === MapType.arrayOfMaps;
    if (operation.kind !== 'update' || !holdsMaps) return memory.operate(operation);
    // Like the kernel: a descriptor goes in, the map's id comes out.
    return memory.operate({ ...operation, value: this.#idOfDescriptor(map, operation.value) });
  }

  mapBatch(): null {
    return null;
  }

  mapRing(map: NativeMap): NativeRing {
    return this.ring(map);
  }

  enableStats(): NativeHandle {
    return noHandle;
  }

  #create(defined: Omit<MapInfo, 'id'>): MemoryMap {
    const isRing = defined.type === MapType.ringBuffer;
    const maxEntries = isRing ? ringSize(defined.maxEntries) : defined.maxEntries;
    const fd = ++this.#lastFd;
    const { name, type, keySize, valueSize, flags } = defined;
    const map = new MemoryMap(fd, { id: fd, name, type, keySize, valueSize, maxEntries, flags });
    this.#maps.set(fd, map);
    if (isRing) this.#rings.set(fd, new MemoryRing(maxEntries));
    return map;
  }

  #share(map: NativeMap, name: string): NativeMap {
    return { fd: map.fd, info: { ...map.info, name }, close() {} };
  }

  #remove(map: MemoryMap): void {
    this.#maps.delete(map.fd);
    this.#rings.delete(map.fd);
  }

  #writeGlobals(map: MemoryMap, defined: DefinedMap, request: LoadRequest): void {
    if (!defined.contents) return;
    const value = defined.contents.slice();
    for (const { section, offset, bytes } of request.globals) {
      if (section === defined.name) value.set(bytes, offset);
    }
    map.operate({ kind: 'update', key: new Uint8Array(4), value, flags: 0 });
  }

  #idOfDescriptor(map: NativeMap, descriptor: Uint8Array): Uint8Array {
    const fd = Buffer.from(descriptor).readInt32LE();
    const inner = this.#maps.get(fd);
    if (!inner) throw new EbpfError('MAP_FAILED', `update on map ${map.info.name}: EBADF`, { errno: 9 });
    const id = Buffer.alloc(4);
    id.writeUInt32LE(inner.info.id);
    return id;
  }
}

/** libbpf rounds the size of a ring up to a power of two of pages. */
function ringSize(wanted: number): number {
  return Math.max(smallestRing, 2 ** Math.ceil(Math.log2(Math.max(1, wanted))));
}
