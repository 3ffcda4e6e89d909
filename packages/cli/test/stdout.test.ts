import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ConnectionSink } from '@sonde/core';
import { probeFeature } from '@sonde/ebpf';
import { afterEach, describe, expect, it } from 'vitest';
import { Recorder } from '../src/recording/recorder.js';
import { RecordingFile } from '../src/recording/recording-file.js';
import { HTTP } from './captures.js';
import { temporaryFolder, withBuiltCommand } from './sonde.js';

withBuiltCommand();
const folder = temporaryFolder();
const bin = fileURLToPath(new URL('../bin/sonde.js', import.meta.url));
const canObserve = process.getuid?.() === 0 && probeFeature('tp_btf') === 'yes';
const endings: (() => void)[] = [];
afterEach(() => {
  for (const end of endings.splice(0)) end();
});

/** Runs the command with a disk that is full for stdout. */
async function ontoFullDisk(args: string[]) {
  const full = openSync('/dev/full', 'w');
  const child = spawn(process.execPath, [bin, ...args], { stdio: ['ignore', full, 'pipe'] });
  closeSync(full);
  endings.push(() => child.kill('SIGKILL'));
  let stderr = '';
  child.stderr!.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  const [status] = await once(child, 'close');
  return { status, stderr, errors: stderr.match(/^error.*|^ {2}hint.*|^ +at .*/gm) };
}

/** Writes a recording of one request and its response. */
function recording(path: string): string {
  const file = new RecordingFile(path, { sonde: '0', created: '', unixNanoAtZero: '0', kernel: null });
  const inner: ConnectionSink = { open: () => ({ ignored: false }), update() {}, data() {}, close() {} };
  const recorder = new Recorder({ file, inner, processOf: () => null, onFault() {} });
  const info = { transport: 'tcp', role: 'client', observed: true, local: null, remote: null } as const;
  const connection = recorder.open({ ...info, pid: 7, fromStart: true, protocol: null });
  const say = (text: string, outgoing: boolean) => {
    const bytes = Buffer.from(text);
    const part = { bytes, view: new DataView(bytes.buffer, bytes.byteOffset), start: 0, end: bytes.length };
    const origin = { at: 1, pid: 7, tid: 7, unit: 0, sequence: -1 };
    recorder.data(connection, { ...part, ...origin, outgoing, position: 0, length: bytes.length });
  };
  say('GET / HTTP/1.1\r\nHost: example.org\r\n\r\n', true);
  say('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', false);
  recorder.flush();
  file.end({ entries: recorder.entries, lost: {}, fault: null });
  file.close();
  return path;
}

const ERRORS = [
  "error: stdout can't be written: ENOSPC: no space left on device [STDOUT_UNWRITABLE]",
  '  hint: make room where stdout goes, or send it elsewhere',
];

describe('a disk that is full behind stdout', () => {
  const capture = join(folder, 'http.pcap');
  writeFileSync(capture, HTTP);
  const many = Buffer.concat(Array.from({ length: 4000 }, () => HTTP.subarray(24)));
  const large = join(folder, 'large.pcap');
  writeFileSync(large, Buffer.concat([HTTP.subarray(0, 24), many]));

  it.each([
    ['decode', [capture]],
    ['decode', [large, large]],
    ['decode', ['--output', 'pretty', capture]],
    ['replay', [recording(join(folder, 'one.sonde'))]],
    ['probes', []],
    ['doctor', []],
  ])('is told of by %s %j once, with no stack, and the status is 1', async (command, args) => {
    expect(await ontoFullDisk([command, ...args])).toMatchObject({ status: 1, errors: ERRORS });
  });

  it('keeps decode from nothing but its output: statistics are written', async () => {
    const stats = join(folder, 'decode.json');
    await ontoFullDisk(['decode', '--stats', stats, capture]);
    expect(JSON.parse(readFileSync(stats, 'utf8'))).toMatchObject({ exchanges: { http1: 2 } });
  });

  it.skipIf(!canObserve)('ends run in good order: its command ends, and statistics are written', async () => {
    const stats = join(folder, 'run.json');
    const program = `const http = require('node:http');
      const server = http.createServer((_, response) => response.end('ok')).listen(0, '127.0.0.1', async () => {
        console.log('pid', process.pid);
        for (;;) await fetch('http://127.0.0.1:' + server.address().port).then((response) => response.text());
      });`;
    const ended = await ontoFullDisk(['run', '--stats', stats, '--', process.execPath, '-e', program]);
    expect(ended).toMatchObject({ status: 1, errors: ERRORS });
    const pid = Number(/^pid (\d+)$/m.exec(ended.stderr)?.[1]);
    endings.push(() => {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {}
    });
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    expect(JSON.parse(readFileSync(stats, 'utf8')).exchanges.http1).toBeGreaterThan(0);
  });
});
