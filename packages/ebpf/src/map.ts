import type { MapInfo, NativeBackend, NativeMap, NativeRing } from './backend.js';
import { EbpfError } from './errors.js';
import { Resources } from './resources.js';

/** A map in the kernel. */
export class BpfMap implements Disposable {
  readonly name: string;
  readonly info: MapInfo;
  readonly #backend: NativeBackend;
  readonly #native: NativeMap;
  readonly #readers = new Resources();
  #open = true;

  /** Made by {@link ObjectSpec.load} and {@link createMap}. */
  constructor(backend: NativeBackend, native: NativeMap) {
    this.name = native.info.name;
    this.info = native.info;
    this.#backend = backend;
    this.#native = native;
  }

  /**
   * The backend's handle.
   *
   * @throws EbpfError `CLOSED`
   */
  get native(): NativeMap {
    if (!this.#open) throw new EbpfError('CLOSED', `map ${this.name} is closed`);
    return this.#native;
  }

  /** For {@link RingReader}: maps the ring and closes the reader with the map. */
  openRing(reader: { close(): void }): NativeRing {
    const ring = this.#backend.mapRing(this.native);
    this.#readers.add(reader);
    return ring;
  }

  /** For {@link RingReader}: the reader closed by itself. */
  closeRing(reader: { close(): void }): void {
    this.#readers.remove(reader);
  }

  /** Closes its readers, and the map where it isn't part of an object. Idempotent. */
  close(): void {
    this.#open = false;
    this.#readers.close();
    this.#native.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
