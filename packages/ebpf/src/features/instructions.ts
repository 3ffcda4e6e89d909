/** One eBPF instruction (`struct bpf_insn`): opcode, registers, 16-bit offset, 32-bit immediate. */
export type Instruction = readonly [opcode: number, registers: number, offset: number, immediate: number];

/** `r0 = value` */
export function returnValue(value: number): Instruction {
  return [0xb7, 0, 0, value];
}

/** Call of helper number `id` (`enum bpf_func_id`). */
export function call(id: number): Instruction {
  return [0x85, 0, 0, id];
}

/** End of the program. */
export const exit: Instruction = [0x95, 0, 0, 0];

/** The instructions as the kernel reads them. */
export function assemble(instructions: readonly Instruction[]): Buffer {
  const bytes = Buffer.alloc(instructions.length * 8);
  instructions.forEach(([opcode, registers, offset, immediate], index) => {
    bytes.writeUInt8(opcode, index * 8);
    bytes.writeUInt8(registers, index * 8 + 1);
    bytes.writeInt16LE(offset, index * 8 + 2);
    bytes.writeInt32LE(immediate, index * 8 + 4);
  });
  return bytes;
}
