import { randomFillSync } from 'node:crypto';

const POOL_SIZE = 8192;
const pool = Buffer.alloc(POOL_SIZE);
let used = POOL_SIZE;

/** A random trace id: 32 hexadecimal digits, not all zero. */
export function randomTraceId(): string {
  return randomHex(16);
}

/** A random span id: 16 hexadecimal digits, not all zero. */
export function randomSpanId(): string {
  return randomHex(8);
}

function randomHex(bytes: number): string {
  for (;;) {
    if (used + bytes > POOL_SIZE) {
      randomFillSync(pool);
      used = 0;
    }
    const id = pool.toString('hex', used, used + bytes);
    used += bytes;
    if (!/^0+$/.test(id)) return id;
  }
}
