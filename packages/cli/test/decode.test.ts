import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { conversation, HTTP } from './captures.js';
import { sonde, temporaryFolder, withBuiltCommand } from './sonde.js';

withBuiltCommand();
const folder = temporaryFolder();

function file(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

const http = file('http.pcap', HTTP);

describe('sonde decode', () => {
  it('prints one line for each exchange, in the form that is promised', async () => {
    const { status, lines, stderr } = await sonde(['decode', http]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatchObject({
      protocol: 'http1',
      start: '2023-11-14T22:13:20.000000000Z',
      durationNs: 1_500_000,
      side: null,
      client: { address: '10.0.0.1', port: 40_000 },
      server: { address: '10.0.0.2', port: 8080 },
      process: null,
      request: { bytes: 58, operation: 'GET', resource: '/users/17?token=?', host: 'example.org' },
      response: { bytes: 43, status: 200 },
      status: 200,
      error: null,
      tcp: { requestSeq: 1000, responseSeq: 5000 },
      trace: null,
      attributes: { 'http.request.method': 'GET', 'http.response.status_code': 200, 'server.port': 8080 },
    });
    expect(lines[1]).toMatchObject({ start: '2023-11-14T22:13:20.002000000Z', status: 500, error: '500' });
  });

  it('masks secrets unless it is told not to', async () => {
    const { lines } = await sonde(['decode', '--no-mask', http]);
    expect(lines[0]).toMatchObject({ request: { resource: '/users/17?token=secret' } });
  });

  it('names the file of each line where there are several', async () => {
    const other = file('other.pcap.gz', gzipSync(HTTP));
    const { lines } = await sonde(['decode', http, other]);
    expect(lines.map((line) => line.file)).toEqual([http, http, other, other]);
  });

  it('reads standard input', async () => {
    expect((await sonde(['decode', '-'], { input: HTTP })).lines).toHaveLength(2);
  });

  it('prints only the protocols that are asked for', async () => {
    expect(await sonde(['decode', '--protocol', 'postgres', http])).toMatchObject({ status: 0, stdout: '' });
  });

  it('takes a port hint for what nobody would recognise', async () => {
    const parser = file('quiet.mjs', Buffer.from(SHOUT.replaceAll('ports: [9999]', 'ports: [1]')));
    const path = file(
      'quiet.pcap',
      conversation(9999, [
        ['>', 0, 'HEY YOU!\n'],
        ['<', 700, 'WHAT?!\n'],
      ]),
    );
    expect((await sonde(['decode', '--parser', parser, path])).stdout).toBe('');
    expect((await sonde(['decode', '--parser', parser, '--port', '9999=shout', path])).lines).toHaveLength(1);
  });

  it('reads what there is of a file that ends too early, warns, and ends with 0', async () => {
    const path = file('cut.pcap', HTTP.subarray(0, HTTP.length - 10));
    const { status, lines, stderr } = await sonde(['decode', path]);
    expect(status).toBe(0);
    expect(lines).toMatchObject([{ status: 200 }, { status: null }]);
    expect(stderr).toMatch(
      /^warning: .*cut\.pcap: the file ends within a record, at byte \d+ .*; 3 packets before it were read\n$/,
    );
  });

  it('reads what there is of a damaged file, warns, and ends with 1', async () => {
    const damaged = Buffer.concat([HTTP, Buffer.alloc(100, 0xff)]);
    const { status, lines, stderr } = await sonde(['decode', file('damaged.pcap', damaged)]);
    expect({ status, count: lines.length }).toEqual({ status: 1, count: 2 });
    expect(stderr).toContain('a packet record claims 4294967295 bytes');
  });

  it('ends with 1 for a file that is none or not there, and reads the others', async () => {
    const text = file('text.txt', Buffer.from('no capture'));
    const { status, lines, stderr } = await sonde(['decode', join(folder, 'nothing.pcap'), text, http]);
    expect({ status, count: lines.length }).toEqual({ status: 1, count: 2 });
    expect(stderr).toMatch(/error: '.*nothing\.pcap' can't be read: ENOENT: .* \[FILE_UNREADABLE\]\n {2}hint: /);
    expect(stderr).toMatch(/error: .*text\.txt: the file is neither pcap nor pcapng \[CAPTURE_FORMAT\]\n {2}hint: /);
  });

  it('says what is missing in a capture, and reports nothing that is not certain', async () => {
    const record = (from: number) => from + 16 + HTTP.readUInt32LE(from + 8);
    const [second, third] = [record(24), record(record(24))];
    const path = file('gap.pcap', Buffer.concat([HTTP.subarray(0, second), HTTP.subarray(third)]));
    const { status, stderr, lines } = await sonde(['decode', path]);
    expect(status).toBe(0);
    expect(stderr).toBe(`warning: ${path}: 43 bytes of TCP streams missing in 1 place: not in the capture\n`);
    expect(lines.filter((line) => line.status !== null)).toMatchObject([{ status: 500, durationNs: 7_000_000 }]);
  });

  it('writes statistics', async () => {
    const path = join(folder, 'stats.json');
    await sonde(['decode', '--stats', path, http, http]);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({
      events: 8,
      lost: { missingBytes: 0 },
      exchanges: { http1: 4 },
      unmatched: 0,
      parseErrors: 0,
      cpuSeconds: expect.any(Number),
      peakRssBytes: expect.any(Number),
      programs: [],
    });
  });

  it('shows a table', async () => {
    const { stdout } = await sonde(['decode', '--output', 'pretty', http]);
    expect(stdout).toMatch(/^protocol +name +req\/s/);
    expect(stdout).toMatch(/^http1 +POST \/orders +\S+ +1 +1 /m);
  });

  it('loads a parser of somebody else', async () => {
    const parser = file('shout.mjs', Buffer.from(SHOUT));
    const path = file(
      'shout.pcap',
      conversation(9999, [
        ['>', 0, 'HEY YOU!\n'],
        ['<', 700, 'WHAT?!\n'],
      ]),
    );
    const { status, lines } = await sonde(['decode', '--parser', parser, path]);
    expect(status).toBe(0);
    expect(lines).toMatchObject([
      { protocol: 'shout', durationNs: 700_000, request: { text: 'HEY YOU!' }, status: 'WHAT?!' },
    ]);
  });

  it('ends quietly when nobody reads any more', async () => {
    const many = Buffer.concat(Array.from({ length: 400 }, () => HTTP.subarray(24)));
    const path = file('many.pcap', Buffer.concat([HTTP.subarray(0, 24), many]));
    const bin = fileURLToPath(new URL('../bin/sonde.js', import.meta.url));
    const child = spawn(process.execPath, [bin, 'decode', path, ...Array(20).fill(path)]);
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (data) => {
      stderr += data;
    });
    await once(child.stdout, 'data');
    child.stdout.destroy();
    const [status] = await once(child, 'close');
    expect({ status, stderr: stderr.replace(/^warning: .*\n/gm, '') }).toEqual({ status: 0, stderr: '' });
  });

  it('needs no privileges', async () => {
    execFileSync('chmod', ['-R', 'a+rX', folder]);
    const through = process.getuid?.() === 0 ? ['setpriv', '--reuid', '65534', '--clear-groups'] : [];
    expect((await sonde(['decode', http], { through })).lines).toHaveLength(2);
  });
});

/** A protocol of upper-case lines. */
const SHOUT = `
const match = { offset: 0, bytes: [0x40], mask: [0xe0] };
export default {
  kind: 'protocol', apiVersion: 1, name: 'shout', description: 'upper-case lines',
  support: { versions: [], limits: [] }, match: 'fifo', metric: { name: 'shout.duration' },
  detect: { rules: [{ direction: 'request', match: [match], ports: [9999] }, { direction: 'response', match: [match], ports: [9999] }] },
  createStream: (direction, context) => ({
    read({ bytes, start, end }) {
      const newline = bytes.indexOf(10, start);
      if (newline < 0 || newline >= end) return 0;
      const text = String.fromCharCode(...bytes.subarray(start, newline));
      context.emit({ kind: direction, text });
      return newline + 1 - start;
    },
  }),
  describe: (request, response) => ({ name: 'shout', status: response?.text ?? null, error: null }),
};`;
