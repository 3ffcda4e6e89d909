/**
 * The only place that knows a native library: about a dozen verbs, and the values that they take and return. Everything
 * above it (objects, maps, programs, readers) is plain TypeScript and works the same over koffi, ffi-napi and a replay.
 *
 * Handles (`NativeMap`, `NativeProgram`, …) belong to the backend that made them. Verbs throw `EbpfError`,
 * `EbpfCapabilityError` or `VerifierError`.
 */
export interface NativeBackend {
  /** `koffi`, `ffi-napi`, `replay`. */
  readonly name: string;
  /** Which native library serves it, for `sonde doctor`: `libbpf 1.6.3 (/usr/lib/…/libbpf.so.1)`. */
  describe(): string;
  /** Creates the maps of an object and loads its programs; all or nothing. */
  loadObject(request: LoadRequest): NativeObject;
  attach(program: NativeProgram, point: AttachPoint): NativeLink;
  /** Runs a `bpf_iter` program once and returns what it wrote. */
  readIterator(link: NativeLink): Uint8Array;
  /** Runs a program on given input, without attaching it (`BPF_PROG_TEST_RUN`). */
  runProgram(program: NativeProgram, run: ProgramRun): ProgramRunResult;
  /** Run count and time of a program, and its kernel id. */
  programInfo(program: NativeProgram): ProgramInfo;
  createMap(definition: MapDefinition): NativeMap;
  /** Reads, writes or removes one entry, or steps to the next key; see {@link MapOperation}. */
  mapOperation(map: NativeMap, operation: MapOperation): boolean;
  /** The same for many entries by one system call; null where the kernel or the map's type has no batches. */
  mapBatch(map: NativeMap, operation: MapBatchOperation): MapBatchResult | null;
  /** Maps a ring buffer into memory. */
  mapRing(map: NativeMap): NativeRing;
  /** Turns on run counts and times of programs for as long as the handle is open (`BPF_ENABLE_STATS`). */
  enableStats(): NativeHandle;
}

/** Something in the kernel that stays until it is closed. `close` is idempotent. */
export interface NativeHandle {
  close(): void;
}

/** A map in the kernel. */
export interface NativeMap extends NativeHandle {
  readonly fd: number;
  readonly info: MapInfo;
}

/** A program in the kernel. */
export interface NativeProgram extends NativeHandle {
  readonly fd: number;
  readonly name: string;
  readonly section: string;
  /** The verifier's log, where the request asked for one. */
  readonly log?: string;
}

/** An attachment; closing it detaches the program. */
export interface NativeLink extends NativeHandle {
  /** Descriptor of the link, or -1 where the attachment has none (clsact filters, old perf events). */
  readonly fd: number;
}

/** What `loadObject` made. Closing it closes its maps and programs, but no link. */
export interface NativeObject extends NativeHandle {
  readonly maps: readonly NativeMap[];
  /** Those that were loaded, in the order of the object file. */
  readonly programs: readonly NativeProgram[];
}

/** A ring buffer in memory, laid out as in `Documentation/bpf/ringbuf.rst`. */
export interface NativeRing extends NativeHandle {
  /** Consumer page; the position is the u64 at its start. Writable. */
  readonly consumer: ArrayBuffer;
  /** Producer page, then the data area twice in a row, so that no record is split. Read-only memory. */
  readonly producer: ArrayBuffer;
  /** Offset of the data area in `producer`: one page. */
  readonly dataOffset: number;
  /** Bytes of the data area, a power of two. */
  readonly size: number;
}

/** What an object file asks for, with what the caller changed. */
export interface LoadRequest {
  /** Name of the object: the first letters of the kernel's names for its `.rodata` and `.bss`. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly programs: readonly LoadProgram[];
  readonly maps: readonly LoadMap[];
  /** Initial contents of global variables. */
  readonly globals: readonly LoadGlobal[];
  /** `log_level` of the verifier; 0 keeps the log of refused programs only. */
  readonly logLevel: number;
}

/** A program of a {@link LoadRequest}. */
export interface LoadProgram {
  readonly name: string;
  readonly section: string;
  /** `enum bpf_prog_type`, for sections that an old libbpf doesn't know; undefined leaves it to libbpf. */
  readonly type: number | undefined;
  /** `enum bpf_attach_type`, likewise. */
  readonly attachType: number | undefined;
  readonly autoload: boolean;
}

/** A map of a {@link LoadRequest}. */
export interface LoadMap {
  readonly name: string;
  /** Replaces the size that the object states. */
  readonly maxEntries?: number;
  /** Take this map instead of a new one. */
  readonly reuse?: NativeMap;
}

/** Bytes to put into a `.rodata`, `.data` or `.bss` section before it is loaded. */
export interface LoadGlobal {
  readonly section: string;
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** Facts about a map (`struct bpf_map_info`). */
export interface MapInfo {
  /** The kernel's id, as `bpftool map` shows it. */
  readonly id: number;
  readonly name: string;
  /** `enum bpf_map_type`; names are in `MapType`. */
  readonly type: number;
  /** Bytes. */
  readonly keySize: number;
  /** Bytes; for per-CPU maps the bytes of one CPU's value. */
  readonly valueSize: number;
  /** Entries; bytes for ring buffers. */
  readonly maxEntries: number;
  /** `BPF_F_…` of map creation. */
  readonly flags: number;
}

/** A map to create. */
export interface MapDefinition {
  readonly name: string;
  readonly type: number;
  readonly keySize: number;
  readonly valueSize: number;
  readonly maxEntries: number;
  readonly flags?: number;
  /** For maps of maps: one that has the shape of the inner maps. */
  readonly inner?: NativeMap;
}

/**
 * One step on a map. `lookup`, `take` (look up and delete) and `next` fill `value` or `nextKey` and are true if there was
 * such an entry; `delete` likewise; `update` is false if its flag (`BPF_NOEXIST`, `BPF_EXIST`) forbade it.
 */
export type MapOperation =
  | { readonly kind: 'lookup'; readonly key: Uint8Array; readonly value: Uint8Array; readonly flags?: number }
  | { readonly kind: 'take'; readonly key: Uint8Array; readonly value: Uint8Array }
  | { readonly kind: 'update'; readonly key: Uint8Array; readonly value: Uint8Array; readonly flags: number }
  | { readonly kind: 'delete'; readonly key: Uint8Array }
  | { readonly kind: 'next'; readonly key: Uint8Array | null; readonly nextKey: Uint8Array };

/** Many entries at once: `keys` and `values` are rows one after the other. */
export type MapBatchOperation =
  | {
      readonly kind: 'lookup' | 'take';
      /** Where the last call ended, null to begin. */
      readonly from: Uint8Array | null;
      /** Filled with where this call ended; as long as a key, and at least 8 bytes. */
      readonly to: Uint8Array;
      readonly keys: Uint8Array;
      readonly values: Uint8Array;
      readonly count: number;
    }
  | {
      readonly kind: 'update';
      readonly keys: Uint8Array;
      readonly values: Uint8Array;
      readonly count: number;
      readonly flags: number;
    }
  | { readonly kind: 'delete'; readonly keys: Uint8Array; readonly count: number };

/** How far a batch came. */
export interface MapBatchResult {
  /** Entries read, written or removed. */
  readonly count: number;
  /** The map's end was reached. */
  readonly done: boolean;
}

/** Input of a test run. */
export interface ProgramRun {
  /** Packet or other data. */
  readonly data?: Uint8Array;
  /** `struct __sk_buff`, `struct xdp_md`, raw tracepoint arguments: what the program type takes. */
  readonly context?: Uint8Array;
  /** @default 1 */
  readonly repeat?: number;
  /** Room for the data that comes back, in bytes. */
  readonly dataOutSize: number;
}

/** Outcome of a test run. */
export interface ProgramRunResult {
  /** What the program returned. */
  readonly returnValue: number;
  /** Mean nanoseconds of one run. */
  readonly durationNs: number;
  /** The data after the run. */
  readonly data: Uint8Array;
  /** The context after the run. */
  readonly context: Uint8Array;
}

/** Facts about a program (`struct bpf_prog_info`). */
export interface ProgramInfo {
  /** The kernel's id, as `bpftool prog` shows it. */
  readonly id: number;
  /** `enum bpf_prog_type`. */
  readonly type: number;
  /** 0 unless statistics are enabled. */
  readonly runs: number;
  /** Nanoseconds. */
  readonly timeNs: number;
}

/** Where a program is attached. */
export type AttachPoint =
  /** As its section says, by libbpf. */
  | { readonly kind: 'section' }
  /** `tp_btf`, `fentry`, `fexit`, `fmod_ret`, `lsm`: the target was fixed when the program was loaded. */
  | { readonly kind: 'trace' }
  | { readonly kind: 'tracepoint'; readonly category: string; readonly event: string; readonly cookie?: bigint }
  | { readonly kind: 'raw-tracepoint'; readonly event: string }
  | {
      readonly kind: 'kprobe';
      readonly function: string;
      readonly offset: number;
      readonly retprobe: boolean;
      readonly cookie?: bigint;
    }
  | {
      readonly kind: 'uprobe';
      readonly path: string;
      /** Offset in the file, in bytes. */
      readonly offset: number;
      /** -1 for all processes. */
      readonly pid: number;
      readonly retprobe: boolean;
      readonly cookie?: bigint;
      /** Offset in the file of the USDT semaphore. */
      readonly referenceCounterOffset?: number;
    }
  | {
      readonly kind: 'uprobe-multi';
      readonly path: string;
      readonly offsets: readonly number[];
      readonly cookies?: readonly bigint[];
      readonly referenceCounterOffsets?: readonly number[];
      /** 0 for all processes. */
      readonly pid: number;
      readonly retprobe: boolean;
    }
  | {
      readonly kind: 'usdt';
      readonly path: string;
      readonly provider: string;
      readonly name: string;
      readonly pid: number;
      readonly cookie?: bigint;
    }
  | {
      readonly kind: 'perf-event';
      /** `perf_event_attr.type`: 0 hardware, 1 software. */
      readonly type: number;
      readonly config: number;
      /** Events between samples, or hertz with `frequency`. */
      readonly period: number;
      readonly frequency: boolean;
      /** -1 for all processes. */
      readonly pid: number;
      /** -1 for every CPU that the process runs on. */
      readonly cpu: number;
    }
  | {
      readonly kind: 'tc';
      readonly ifindex: number;
      readonly direction: 'ingress' | 'egress';
      /** 0 lets the kernel choose. */
      readonly handle: number;
      readonly priority: number;
    }
  | { readonly kind: 'tcx'; readonly ifindex: number; readonly direction: 'ingress' | 'egress' }
  | { readonly kind: 'xdp'; readonly ifindex: number; readonly mode: 'default' | 'generic' | 'native' | 'offload' }
  | { readonly kind: 'cgroup'; readonly path: string; readonly attachType: number }
  | { readonly kind: 'iterator'; readonly map?: NativeMap; readonly pid?: number };
