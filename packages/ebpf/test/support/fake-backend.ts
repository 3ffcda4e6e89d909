import type {
  AttachPoint,
  LoadRequest,
  MapBatchOperation,
  MapBatchResult,
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
} from '../../src/backend.js';
import { EbpfError } from '../../src/errors.js';
import { FakeRing } from './fake-ring.js';

/** A backend that keeps maps in memory, has no batches, and writes down what it was asked to do. */
export class FakeBackend implements NativeBackend {
  readonly name = 'fake';
  /** What was opened and closed, in order: `load object`, `attach tp_btf/x`, `close link`. */
  readonly log: string[] = [];
  readonly points: AttachPoint[] = [];
  readonly requests: LoadRequest[] = [];
  ring = new FakeRing(4096);
  /** Thrown by the next verb that loads or attaches. */
  failure: Error | undefined;
  readonly #entries = new Map<NativeMap, Map<string, Uint8Array>>();

  describe(): string {
    return 'fake';
  }

  loadObject(request: LoadRequest): NativeObject {
    this.#fail();
    this.requests.push(request);
    this.log.push(`load ${request.name}`);
    return {
      maps: request.maps.map(({ name, maxEntries = 8 }) =>
        this.createMap({ name, type: 1, keySize: 4, valueSize: 4, maxEntries }),
      ),
      programs: request.programs
        .filter(({ autoload }) => autoload)
        .map(({ name, section }) => ({ name, section, fd: 9, close: () => this.log.push(`close ${name}`) })),
      close: () => this.log.push('close object'),
    };
  }

  attach(program: NativeProgram, point: AttachPoint): NativeLink {
    this.#fail();
    this.points.push(point);
    this.log.push(`attach ${program.name}`);
    return { fd: 7, close: () => this.log.push(`detach ${program.name}`) };
  }

  readIterator(): Uint8Array {
    return Buffer.from('iterated');
  }

  runProgram(_program: NativeProgram, run: ProgramRun): ProgramRunResult {
    return {
      returnValue: run.repeat ?? 1,
      durationNs: 1,
      data: run.data ?? new Uint8Array(),
      context: new Uint8Array(),
    };
  }

  programInfo(): ProgramInfo {
    return { id: 3, type: 3, runs: 4, timeNs: 5 };
  }

  createMap(definition: MapDefinition): NativeMap {
    const info: MapInfo = { id: 1, flags: 0, ...definition };
    const map: NativeMap = { fd: 5, info, close: () => this.log.push(`close ${definition.name}`) };
    this.#entries.set(map, new Map());
    return map;
  }

  mapOperation(map: NativeMap, operation: MapOperation): boolean {
    const entries = this.#entries.get(map)!;
    const key = operation.key ? Buffer.from(operation.key).toString('hex') : '';
    switch (operation.kind) {
      case 'lookup':
      case 'take': {
        const found = entries.get(key);
        if (!found) return false;
        operation.value.set(found);
        if (operation.kind === 'take') entries.delete(key);
        return true;
      }
      case 'update':
        if (!entries.has(key) && entries.size >= map.info.maxEntries)
          throw new EbpfError('MAP_FAILED', 'full', { errno: 7 });
        entries.set(key, operation.value.slice());
        return true;
      case 'delete':
        return entries.delete(key);
      case 'next': {
        const keys = [...entries.keys()];
        const next = keys[keys.indexOf(key) + 1];
        if (next === undefined) return false;
        operation.nextKey.set(Buffer.from(next, 'hex'));
        return true;
      }
    }
  }

  mapBatch(_map?: NativeMap, _operation?: MapBatchOperation): MapBatchResult | null {
    return null;
  }

  mapRing(): NativeRing {
    this.#fail();
    return this.ring;
  }

  enableStats(): NativeHandle {
    this.#fail();
    return { close: () => this.log.push('close stats') };
  }

  #fail(): void {
    const { failure } = this;
    this.failure = undefined;
    if (failure) throw failure;
  }
}
