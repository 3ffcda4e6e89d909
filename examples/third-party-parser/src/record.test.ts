import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSamples, recordSample, recordThrough } from '@sonde/testkit';
import { expect, it } from 'vitest';
import tally from './index.js';

it('reads a sample that was recorded between a client and its server', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tally-'));
  const server = createServer((socket) => socket.on('data', () => socket.end('\x7a\x03\x01\x011')));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as { port: number };
  const file = join(folder, 'recorded.jsonl');
  try {
    await using recorder = await recordThrough({ port });
    const client = connect(recorder.port, '127.0.0.1');
    client.end('\x7a\x01\x01\x06visits');
    await once(client.resume(), 'close');
    await recordSample(recorder.samples('tally')[0]!, { to: file, protocol: tally });
    const [{ exchanges } = {}] = await readSamples(file);
    expect(exchanges).toMatchObject([{ name: 'add', status: 'value', request: { resource: 'visits' } }]);
  } finally {
    server.close();
    rmSync(folder, { recursive: true });
  }
});
