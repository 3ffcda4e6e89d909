import { defaultBackend, type NativeBackend } from '@sonde/ebpf';

type Verb = keyof NativeBackend;

/** Verbs that make something in the kernel, or map it. */
const MAKING = new Set<Verb>(['loadObject', 'attach', 'createMap', 'mapRing']);

/** eBPF as it is, but one of the things that are asked of it fails. */
export class FailingBackend implements NativeBackend {
  readonly name: string;
  /** Things that were asked for. */
  asked = 0;
  readonly #inner: NativeBackend;
  readonly #failing: number;

  /** @param failing which thing fails, from 0. */
  constructor(failing: number, inner: NativeBackend = defaultBackend()) {
    this.#failing = failing;
    this.#inner = inner;
    this.name = inner.name;
  }

  readonly describe = this.#verb('describe');
  readonly loadObject = this.#verb('loadObject');
  readonly attach = this.#verb('attach');
  readonly readIterator = this.#verb('readIterator');
  readonly runProgram = this.#verb('runProgram');
  readonly programInfo = this.#verb('programInfo');
  readonly createMap = this.#verb('createMap');
  readonly mapOperation = this.#verb('mapOperation');
  readonly mapBatch = this.#verb('mapBatch');
  readonly mapRing = this.#verb('mapRing');
  readonly enableStats = this.#verb('enableStats');

  /** The verb of the inner backend, behind the count. */
  #verb<K extends Exclude<Verb, 'name'>>(verb: K): NativeBackend[K] {
    return ((...args: unknown[]) => {
      if (MAKING.has(verb) && this.asked++ === this.#failing) throw new Error(`${verb} fails: the testkit wants it so`);
      return (this.#inner[verb] as (...given: unknown[]) => unknown)(...args);
    }) as unknown as NativeBackend[K];
  }
}
