import type { LoadGlobal, LoadMap, NativeBackend, NativeObject } from './backend.js';
import { defaultBackend } from './backends/koffi/koffi-backend.js';
import { EbpfError } from './errors.js';
import { encodeGlobal, type GlobalValue } from './global-value.js';
import { BpfMap } from './map.js';
import type { GlobalSpec, ObjectSpec } from './object-spec.js';
import { BpfProgram } from './program.js';
import { Resources } from './resources.js';

/** Maps of global variables are arrays with one entry. */
const onlyKey = new Uint8Array(4);

/** How an object is loaded. */
export interface LoadOptions {
  /** @default libbpf through koffi */
  readonly backend?: NativeBackend;
  /** Maps of other objects to use instead of the object's own maps of these names; their types and sizes must agree. */
  readonly maps?: Readonly<Record<string, BpfMap>>;
  /** Initial values of global variables, those of `.rodata` among them, which programs can't change later. */
  readonly rodata?: Readonly<Record<string, GlobalValue>>;
  /** `max_entries` of maps; for ring buffers bytes, a power of two. */
  readonly mapSizes?: Readonly<Record<string, number>>;
  /** Programs to load or to leave out, by name. @default all but those whose section begins with `?` */
  readonly autoload?: Readonly<Record<string, boolean>>;
  /** 1 or 2 make the verifier write its log for every program; 0 only for one that it refuses. @default 0 */
  readonly logLevel?: number;
}

/**
 * An object in the kernel. It owns its maps and programs, their links and the ring readers made on its maps: closing it
 * closes them all, links first.
 */
export class BpfObject implements Disposable {
  readonly name: string;
  readonly backend: NativeBackend;
  /** By name; `.rodata`, `.bss` and the like among them. */
  readonly maps: ReadonlyMap<string, BpfMap>;
  /** Those that were loaded, by name. */
  readonly programs: ReadonlyMap<string, BpfProgram>;
  readonly #native: NativeObject;
  readonly #globals: readonly GlobalSpec[];
  readonly #resources = new Resources();
  #open = true;

  private constructor(spec: ObjectSpec, backend: NativeBackend, native: NativeObject) {
    this.name = spec.name;
    this.backend = backend;
    this.#native = native;
    this.#globals = spec.globals;
    this.maps = new Map(native.maps.map((map) => [map.info.name, this.#resources.add(new BpfMap(backend, map))]));
    this.programs = new Map(
      native.programs.map((program) => [program.name, this.#resources.add(new BpfProgram(backend, program))]),
    );
  }

  /** What {@link ObjectSpec.load} does. */
  static load(spec: ObjectSpec, options: LoadOptions): BpfObject {
    const backend = options.backend ?? defaultBackend();
    checkNames(spec, options);
    const native = backend.loadObject({
      name: spec.name,
      bytes: spec.bytes,
      programs: spec.programs.map(({ name, section, facts, autoload }) => ({
        name,
        section,
        type: facts.type,
        attachType: facts.attachType,
        autoload: options.autoload?.[name] ?? autoload,
      })),
      maps: spec.maps.map(
        ({ name }): LoadMap => ({ name, maxEntries: options.mapSizes?.[name], reuse: options.maps?.[name]?.native }),
      ),
      globals: Object.entries(options.rodata ?? {}).map(([name, value]): LoadGlobal => {
        const { section, offset, size } = spec.globals.find((global) => global.name === name)!;
        return { section, offset, bytes: encodeGlobal(name, size, value) };
      }),
      logLevel: options.logLevel ?? 0,
    });
    return new BpfObject(spec, backend, native);
  }

  /** @throws EbpfError `PROGRAM_NOT_FOUND`, with the names that there are */
  program(name: string): BpfProgram {
    const program = this.programs.get(name);
    if (program) return program;
    throw notFound('PROGRAM_NOT_FOUND', 'loaded program', name, this.name, [...this.programs.keys()]);
  }

  /** @throws EbpfError `MAP_NOT_FOUND`, with the names that there are */
  map(name: string): BpfMap {
    const map = this.maps.get(name);
    if (map) return map;
    throw notFound('MAP_NOT_FOUND', 'map', name, this.name, [...this.maps.keys()]);
  }

  /**
   * Bytes of a global variable as they are now: programs may have changed those of `.data` and `.bss`.
   *
   * @throws EbpfError `GLOBAL_NOT_FOUND`
   */
  readGlobal(name: string): Uint8Array {
    const global = this.#globals.find((candidate) => candidate.name === name);
    if (!global) {
      throw notFound(
        'GLOBAL_NOT_FOUND',
        'global variable',
        name,
        this.name,
        this.#globals.map((known) => known.name),
      );
    }
    const section = this.map(global.section).lookup(onlyKey);
    return section!.subarray(global.offset, global.offset + global.size);
  }

  /** Detaches and unloads everything. Idempotent. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    try {
      this.#resources.close();
    } finally {
      this.#native.close();
    }
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

function checkNames(spec: ObjectSpec, { maps, mapSizes, rodata, autoload }: LoadOptions): void {
  const check = (code: string, what: string, wanted: object | undefined, known: readonly { name: string }[]) => {
    const names = known.map(({ name }) => name);
    for (const name of Object.keys(wanted ?? {})) {
      if (!names.includes(name)) throw notFound(code, what, name, spec.name, names);
    }
  };
  check('MAP_NOT_FOUND', 'map', maps, spec.maps);
  check('MAP_NOT_FOUND', 'map', mapSizes, spec.maps);
  check('GLOBAL_NOT_FOUND', 'global variable', rodata, spec.globals);
  check('PROGRAM_NOT_FOUND', 'program', autoload, spec.programs);
}

function notFound(code: string, what: string, name: string, object: string, known: readonly string[]): EbpfError {
  return new EbpfError(code, `object ${object} has no ${what} ${name}`, {
    hint: known.length > 0 ? `it has: ${known.join(', ')}` : `it has no ${what} at all`,
  });
}
