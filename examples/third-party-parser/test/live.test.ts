import { fileURLToPath } from 'node:url';
import { probeFeature } from '@sonde/ebpf';
import { describe, expect, it } from 'vitest';
import { sonde, withBuiltCommand } from '../../../packages/cli/test/sonde.js';

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const ROUNDS = 60;
const possible = process.getuid?.() === 0 && probeFeature('tp_btf') === 'yes';
if (!possible) console.warn('the parser is not used live: it takes root and tp_btf');

/** How often each exchange was seen at one side. */
function count(
  lines: readonly { side: string; request: { operation: string; resource: string }; status: string }[],
  side: string,
) {
  const counts: Record<string, number> = {};
  for (const { request, status } of lines.filter((line) => line.side === side)) {
    const what = `${request.operation} ${request.resource} ${status}`;
    counts[what] = (counts[what] ?? 0) + 1;
  }
  return counts;
}

describe.skipIf(!possible)('sonde run --parser', () => {
  withBuiltCommand();

  it.each([
    ['as TypeScript, as it is written', '../src/index.ts'],
    ['as a package', '..'],
  ])('sees every request of a live server by the plugin, %s', async (_, parser) => {
    const command = [process.execPath, path('./programs/tally.mjs'), `${ROUNDS}`];
    const { status, lines, stderr } = await sonde(['run', '--parser', path(parser), '--', ...command]);
    expect(status, stderr).toBe(0);
    // The command writes to stderr here, since stdout is for data.
    expect(stderr).toContain(JSON.stringify({ add: 2 * ROUNDS, get: ROUNDS, refused: ROUNDS }));
    const tally = (lines as unknown as Parameters<typeof count>[0][number][]).filter(
      (line) => (line as { protocol?: string }).protocol === 'tally',
    );
    for (const side of ['client', 'server']) {
      expect(count(tally, side), side).toEqual({
        'add visits value': ROUNDS,
        'get visits value': ROUNDS,
        'get nobody refused': ROUNDS,
        'add orders value': ROUNDS,
      });
    }
    const [first] = tally as unknown as { attributes: object }[];
    expect(first!.attributes).toMatchObject({ 'tally.counter': 'visits' });
  });
});
