import type {
  AttachPoint,
  LoadRequest,
  MapBatchOperation,
  MapBatchResult,
  MapDefinition,
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
import { attach } from './attach.js';
import type { ForeignInterface } from './foreign.js';
import { kernelError } from './kernel-error.js';
import { descriptorLink } from './link.js';
import { type LibbpfProgram, loadObject } from './load-object.js';
import { createMap, mapBatch, mapOperation } from './map-operations.js';
import { mapRing } from './map-ring.js';
import { loadNativeLibrary, type NativeLibrary } from './native-library.js';
import { programInfo, readIterator, runProgram } from './run-program.js';

/** `BPF_STATS_RUN_TIME` of `enum bpf_stats_type`. */
const runTimeStatistics = 0;

/** The kernel through libbpf, called by whichever FFI library is given. */
export class LibbpfBackend implements NativeBackend {
  readonly name: string;
  readonly #library: NativeLibrary;

  /** @throws EbpfCapabilityError `LIBBPF_MISSING` */
  constructor(foreign: ForeignInterface, candidates?: string[]) {
    this.name = foreign.name;
    this.#library = loadNativeLibrary(foreign, candidates);
  }

  describe(): string {
    return `libbpf ${this.#library.version} (${this.#library.path}) through ${this.name}`;
  }

  loadObject(request: LoadRequest): NativeObject {
    return loadObject(this.#library, request);
  }

  attach(program: NativeProgram, point: AttachPoint): NativeLink {
    return attach(this.#library, program as LibbpfProgram, point);
  }

  readIterator(link: NativeLink): Uint8Array {
    return readIterator(this.#library, link);
  }

  runProgram(program: NativeProgram, run: ProgramRun): ProgramRunResult {
    return runProgram(this.#library, program, run);
  }

  programInfo(program: NativeProgram): ProgramInfo {
    return programInfo(this.#library, program);
  }

  createMap(definition: MapDefinition): NativeMap {
    return createMap(this.#library, definition);
  }

  mapOperation(map: NativeMap, operation: MapOperation): boolean {
    return mapOperation(this.#library, map, operation);
  }

  mapBatch(map: NativeMap, operation: MapBatchOperation): MapBatchResult | null {
    return mapBatch(this.#library, map, operation);
  }

  mapRing(map: NativeMap): NativeRing {
    return mapRing(this.#library, map);
  }

  enableStats(): NativeHandle {
    const fd = this.#library.bpf.bpf_enable_stats(runTimeStatistics);
    if (fd < 0) {
      throw kernelError('UNSUPPORTED', 'program statistics', -fd, {
        hint: 'needs Linux 5.8; older kernels have sysctl kernel.bpf_stats_enabled=1',
      });
    }
    return descriptorLink('program statistics', fd);
  }
}
