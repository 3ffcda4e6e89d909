import { z } from 'zod';

/** Options of the flowtracer probe. */
export const flowtracerOptions = z.strictObject({
  /**
   * Most translated flows kept at a time, in the kernel and in the agent. The kernel tells a flow that had to make room
   * anew, with its next packet.
   *
   * @default 65536
   */
  maxFlows: z.number().int().min(64).max(1_000_000).default(65_536),
  /**
   * Size of the ring buffer between kernel and agent in bytes, a power of two. A flow takes 216 bytes at its begin and at
   * its end.
   *
   * @default 4194304
   */
  ringBytes: z
    .number()
    .int()
    .min(4096)
    .max(2 ** 30)
    .refine((value) => 2 ** Math.round(Math.log2(value)) === value, { error: 'must be a power of two' })
    .default(4 * 1024 * 1024),
  /**
   * Which flows become events: those that have ended (`end`), those that begin as well (`all`), or none, where flowtracer
   * only serves other probes.
   *
   * @default 'end'
   */
  events: z.enum(['end', 'all', 'none']).default('end'),
  /**
   * Seconds without a packet after which a UDP flow counts as ended. Conntrack's own limits are 30 and 120.
   *
   * @default 120
   */
  udpIdleSeconds: z.number().min(1).max(86_400).default(120),
  /**
   * Seconds without a packet after which a TCP flow that did not end by itself is forgotten; should it go on, it is learnt
   * again with its next packet.
   *
   * @default 3600
   */
  tcpIdleSeconds: z.number().min(1).max(864_000).default(3600),
  /**
   * Reads the flows that exist already from `/proc/net/nf_conntrack` of every network namespace at the start. Without it,
   * or where the kernel lacks the file, each is learnt with its next packet.
   *
   * @default true
   */
  seed: z.boolean().default(true),
});

/** Options of the flowtracer probe, complete. */
export type FlowtracerOptions = z.output<typeof flowtracerOptions>;
