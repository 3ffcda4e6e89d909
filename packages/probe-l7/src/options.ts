import { z } from 'zod';

/** Largest part of a chunk that the kernel programs copy (`MAX_CAPTURE` in `bpf/include/sonde/iov.h`), in bytes. */
export const MAX_CAPTURE = 16_384;

const powerOfTwo = (value: number) => 2 ** Math.round(Math.log2(value)) === value;

/** Options of the L7 probe. */
export const l7Options = z.strictObject({
  /**
   * How socket data is seen: by the socket layer's tracepoints (`socket`, Linux 6.3), or by system calls (`syscall`,
   * Linux 5.11; tested from 6.1 on). `auto` takes the first where the kernel has it.
   *
   * @default 'auto'
   */
  capture: z.enum(['auto', 'socket', 'syscall']).default('auto'),
  /**
   * Size of the ring buffer between kernel and agent in bytes, a power of two.
   *
   * @default 33554432
   */
  ringBytes: z
    .number()
    .int()
    .min(4096)
    .max(2 ** 30)
    .refine(powerOfTwo, { error: 'must be a power of two' })
    .default(32 * 1024 * 1024),
  /**
   * Bytes copied of each chunk, for protocols that don't ask for a number of their own.
   *
   * @default 1024
   */
  captureBytes: z.number().int().min(64).max(MAX_CAPTURE).default(1024),
  /**
   * Most connections kept at a time; beyond them the oldest are forgotten, and recognised again when they go on.
   *
   * @default 65536
   */
  maxConnections: z.number().int().min(1).max(1_000_000).default(65_536),
});

/** Options of the L7 probe, complete. */
export type L7Options = z.output<typeof l7Options>;
