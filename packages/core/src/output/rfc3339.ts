let cachedSecond = Number.NaN;
let cachedText = '';

/** Writes a time as RFC 3339 with nine decimals: `2026-01-31T12:00:00.000000001Z`. */
export function formatUnixNano(unixNano: bigint): string {
  let second = Number(unixNano / 1_000_000_000n);
  let fraction = Number(unixNano % 1_000_000_000n);
  if (fraction < 0) {
    fraction += 1_000_000_000;
    second--;
  }
  // Most exchanges share their second with the one before.
  if (second !== cachedSecond) {
    cachedText = new Date(second * 1000).toISOString().slice(0, -5);
    cachedSecond = second;
  }
  return `${cachedText}.${String(fraction).padStart(9, '0')}Z`;
}
