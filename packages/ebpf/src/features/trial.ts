import type { NativeBackend } from '../backend.js';
import { ElfFile } from '../elf/elf-file.js';
import { createMap } from '../map.js';
import { ObjectSpec } from '../object-spec.js';
import type { BpfProgram } from '../program.js';
import { assemble, call, exit, type Instruction, returnValue } from './instructions.js';
import { minimalObject, minimalProgram } from './minimal-object.js';
import { type FeatureState, helperOutcome, outcomeOf } from './outcome.js';

/**
 * Loads a program that does nothing and hands it over; it is gone from the kernel when this returns.
 *
 * @param section - as in `SEC("…")`
 * @param result - what the program returns
 */
export function tryProgram(
  backend: NativeBackend,
  section: string,
  use: (program: BpfProgram) => unknown = () => undefined,
  result = 0,
): FeatureState {
  return outcomeOf(() => withProgram(backend, section, [returnValue(result), exit], use));
}

/** Loads and attaches a program that does nothing to the place that its section names. */
export function tryAttach(backend: NativeBackend, section: string): FeatureState {
  return tryProgram(backend, section, (program) => program.attach());
}

/** Whether programs of a section may call a helper. */
export function tryHelper(backend: NativeBackend, section: string, helper: number): FeatureState {
  return helperOutcome(() => withProgram(backend, section, [call(helper), returnValue(0), exit], () => undefined));
}

/** Whether a map can be created. */
export function tryMap(
  backend: NativeBackend,
  type: number,
  keySize: number,
  valueSize: number,
  maxEntries: number,
): FeatureState {
  return outcomeOf(() => createMap({ name: 'sonde_probe', type, keySize, valueSize, maxEntries }, backend).close());
}

/** A place of user code that a probe does no harm to: the entry point of this process, which it has long passed. */
export function ownEntryPoint(): { path: string; offset: number; pid: number } {
  using elf = ElfFile.open(process.execPath);
  return { path: process.execPath, offset: elf.fileOffset(elf.entry) ?? 0, pid: process.pid };
}

function withProgram(
  backend: NativeBackend,
  section: string,
  instructions: readonly Instruction[],
  use: (program: BpfProgram) => unknown,
): void {
  using object = ObjectSpec.open(minimalObject(section, assemble(instructions))).load({ backend });
  use(object.program(minimalProgram));
}
