import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { probeFeature } from '@sonde/ebpf';
import { afterEach, describe, expect, it } from 'vitest';
import { sonde, temporaryFolder, withBuiltCommand } from './sonde.js';

withBuiltCommand();
const folder = temporaryFolder();

/** Serves and asks itself: `/0`, `/1`, … and one that fails; then ends with 7. */
const BUSY = join(folder, 'busy.mjs');
writeFileSync(
  BUSY,
  `import http from 'node:http';
  const count = Number(process.argv[2]);
  const server = http.createServer((request, response) => {
    response.statusCode = request.url === '/1' ? 500 : 200;
    response.end('ok');
  }).listen(0, '127.0.0.1', async () => {
    const agent = new http.Agent({ keepAlive: true });
    for (let index = 0; index < count; index++) await new Promise((resolve) => {
      http.get({ host: '127.0.0.1', port: server.address().port, path: '/' + index, agent }, (response) => response.resume().on('end', resolve));
    });
    console.log('written by the command');
    process.exit(7);
  });`,
);

const resourceOf = (line: unknown) => (line as { request: { resource: string } }).request.resource;
const canObserve = process.getuid?.() === 0 && probeFeature('tp_btf') === 'yes';
const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

describe.skipIf(!canObserve)('sonde run', () => {
  it('observes a command from its first request, passes its status on, and keeps stdout for data', async () => {
    const stats = join(folder, 'stats.json');
    const { status, lines, stderr } = await sonde(['run', '--stats', stats, '--', process.execPath, BUSY, '5']);
    expect(status).toBe(7);
    expect(stderr).toMatch(/^ready: .*\nwritten by the command\n$/);
    for (const side of ['client', 'server']) {
      const seen = lines.filter((line) => line.side === side) as unknown as {
        request: { resource: string };
        status: number;
      }[];
      expect(seen.map(({ request, status }) => `${request.resource} ${status}`)).toEqual([
        '/0 200',
        '/1 500',
        '/2 200',
        '/3 200',
        '/4 200',
      ]);
    }
    expect(lines[0]).toMatchObject({
      process: { pid: expect.any(Number), name: 'node' },
      tcp: { requestSeq: expect.any(Number) },
    });
    const account = JSON.parse(readFileSync(stats, 'utf8'));
    expect(account).toMatchObject({
      events: expect.any(Number),
      lost: {},
      exchanges: { http1: 10 },
      unmatched: 0,
      parseErrors: 0,
      cpuSeconds: expect.any(Number),
      peakRssBytes: expect.any(Number),
    });
    expect(account.programs[0]).toEqual({
      name: expect.any(String),
      runs: expect.any(Number),
      timeNs: expect.any(Number),
    });
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('drains at %s, and ends with 0', async (signal) => {
    const server = createServer((_request, response) => response.end('hello')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { status, lines } = await sonde(['run', '--target', `port=${port}`], {
      async whenReady(child) {
        for (let index = 0; index < 3; index++) await (await fetch(`http://127.0.0.1:${port}/${index}`)).text();
        child.kill(signal);
      },
    });
    server.close();
    server.closeAllConnections();
    expect(status).toBe(0);
    expect(new Set(lines.map((line) => resourceOf(line)))).toEqual(new Set(['/0', '/1', '/2']));
  });

  it('ends after a time, and a command that still runs with it', async () => {
    const started = performance.now();
    const { status } = await sonde(['run', '--duration', '300ms', '--', 'sleep', '60']);
    expect(status).toBe(0);
    expect(performance.now() - started).toBeLessThan(30_000);
  });

  it('sends a command the signal that it gets, and passes its end on', async () => {
    const { status } = await sonde(['run', '--', 'sleep', '60'], { whenReady: (child) => void child.kill('SIGTERM') });
    expect(status).toBe(143);
  });

  it.each(['run', 'record'])(
    'of %s writes statistics and ends its command when its terminal is closed',
    async (name) => {
      const stats = join(folder, `hangup-${name}.json`);
      const file = name === 'record' ? [join(folder, 'hangup.sonde')] : [];
      let pid = 0;
      const { status } = await sonde([name, ...file, '--stats', stats, '--', 'sleep', '60'], {
        whenReady: (child, stderr) => {
          pid = Number(/pid=(\d+)/.exec(stderr)?.[1]);
          child.kill('SIGHUP');
        },
      });
      expect(status).toBe(129);
      expect(() => process.kill(pid, 0)).toThrow('ESRCH');
      expect(JSON.parse(readFileSync(stats, 'utf8'))).toMatchObject({ events: expect.any(Number) });
    },
  );

  it.each([
    [['--target', 'pid=4194304'], 2, /^error: pid=4194304 is no process \[TARGET_GONE\]\n {2}hint: /],
    [['--', '/no/such/command'], 127, /^error: there is no command '\/no\/such\/command' \[COMMAND_NOT_FOUND\]/],
    [['--', 'nosuchcmd'], 127, /^error: there is no command 'nosuchcmd' \[COMMAND_NOT_FOUND\]\n {2}hint: /],
    [['--', tmpdir()], 126, /^error: '.*' can't be executed \[COMMAND_NOT_EXECUTABLE\]\n {2}hint: /],
  ])('refuses %j with %d before anything is attached', async (args, expected, message) => {
    const { status, stderr } = await sonde(['run', ...args]);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('ready');
    expect(status).toBe(expected);
  });

  it('warns of selectors that nothing matches, and says when nothing was seen', async () => {
    const args = ['--target', 'comm=nosuch', '--target', 'pid=1', '--duration', '300ms'];
    const { status, stderr } = await sonde(['run', ...args]);
    expect(stderr).toMatch(/^ready: .*\nwarning: no process matches comm=nosuch yet\n\d+ events?, 0 requests.*\n$/);
    expect(status).toBe(0);
  });

  it('names what it could not read, TLS for one', async () => {
    const program = `const { TLSSocket, createServer, connect } = require('node:tls');
      const server = createServer({ pskCallback: () => Buffer.alloc(16), ciphers: 'PSK' }, (socket) => socket.end('bye'));
      server.listen(0, '127.0.0.1', () => {
        const options = { ciphers: 'PSK', checkServerIdentity: () => undefined };
        options.pskCallback = () => ({ psk: Buffer.alloc(16), identity: 'x' });
        connect(server.address().port, '127.0.0.1', options).on('close', () => process.exit(0)).resume();
      });`;
    const { stdout, stderr } = await sonde(['run', '--', process.execPath, '-e', program]);
    expect(stderr).toMatch(/, 0 requests; \d+ socket operations in no protocol that is known \(TLS is not read\)\n$/);
    expect(stdout).toBe('');
  });

  it('serves metrics where it is told to, and says where', async () => {
    let metrics = '';
    const { stderr, stdout } = await sonde(['run', '--prometheus', '127.0.0.1:0', '--output', 'none'], {
      until: /^ready: .*http:\S+/m,
      async whenReady(child, stderr) {
        const address = /http:\S+/.exec(stderr)?.[0] as string;
        metrics = await (await fetch(address)).text();
        child.kill('SIGINT');
      },
    });
    expect(stderr).toMatch(/prometheus at http:\/\/127\.0\.0\.1:\d+\/metrics/);
    expect(stdout).toBe('');
    expect(metrics).toContain('# TYPE');
  });

  it('ends with 2 where the port for metrics is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { status, stderr } = await sonde(['run', '--prometheus', `127.0.0.1:${port}`]);
    server.close();
    expect({ status, ready: /^ready/m.test(stderr) }).toEqual({ status: 2, ready: false });
    expect(stderr).toContain('PORT_IN_USE');
  });

  it('takes its configuration from a file, which the command line overrules', async () => {
    const config = join(folder, 'sonde.config.json');
    writeFileSync(config, JSON.stringify({ targets: ['comm=nothing-of-this-name'] }));
    const own = await sonde(['run', '--duration', '200ms'], { cwd: folder });
    expect(own.stderr).toContain('observing comm=nothing-of-this-name');
    const told = await sonde(['run', '--duration', '200ms', '--target', 'comm=other'], { cwd: folder });
    expect(told.stderr).toContain('observing comm=other');
  });

  it('ends quietly when nobody reads any more', async () => {
    const bin = fileURLToPath(new URL('../bin/sonde.js', import.meta.url));
    const child = spawn(process.execPath, [bin, 'run', '--', process.execPath, BUSY, '100000'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.push(child);
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (data) => {
      stderr += data;
    });
    await once(child.stdout, 'data');
    child.stdout.destroy();
    const [status] = await once(child, 'close');
    expect({ status, errors: stderr.match(/error.*/g) }).toEqual({ status: 0, errors: null });
  });

  it('ends with 3 without privileges, and starts no command', async () => {
    const file = join(folder, 'not-started');
    const through = ['setpriv', '--reuid', '65534', '--clear-groups', '--bounding-set=-all', '--inh-caps=-all'];
    const { status, stderr } = await sonde(['run', '--', 'touch', file], { through });
    expect(status).toBe(3);
    expect(stderr).toMatch(/hint: run as root/);
    expect(existsSync(file)).toBe(false);
  });

  it('ends with 3 where a single capability is missing, and names it', async () => {
    const file = join(folder, 'not-started-either');
    const held = '-all,+bpf,+perfmon,+sys_ptrace';
    const through = ['setpriv', `--bounding-set=${held}`, '--inh-caps=-all'];
    const { status, stderr } = await sonde(['run', '--', 'touch', file], { through });
    expect({ status, stderr }).toEqual({ status: 3, stderr: expect.stringContaining('CAP_NET_ADMIN') });
    expect(stderr).toMatch(/probe 'l7' needs what is missing here: cgroup_sock_addr \[FEATURE_MISSING\]/);
    expect(existsSync(file)).toBe(false);
  });
});

describe.skipIf(!canObserve)('sonde demo', () => {
  it('shows a small service, and ends it', async () => {
    const { status, stdout, stderr } = await sonde(['demo', '--duration', '2s']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^http1 +GET \/users\/\{id\}/m);
    const pid = Number(/observing pid=(\d+)/.exec(stderr)?.[1]);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });
});

describe.skipIf(!canObserve)('sonde record', () => {
  it('leaves a file alone that holds something, unless it is forced', async () => {
    const file = join(folder, 'kept.sonde');
    writeFileSync(file, 'kept');
    const refused = await sonde(['record', file, '--duration', '200ms', '--target', 'comm=nosuch']);
    expect(refused).toMatchObject({ status: 2, stderr: expect.stringContaining('[RECORDING_EXISTS]') });
    expect(readFileSync(file, 'utf8')).toBe('kept');
    const forced = await sonde(['record', file, '--force', '--duration', '200ms', '--target', 'comm=nosuch']);
    expect(forced).toMatchObject({ status: 0, stderr: expect.stringMatching(/^recorded 0 connections, .* 0 lost$/m) });
    expect((await sonde(['replay', file])).status).toBe(0);
  });

  it('leaves no file when it could not start', async () => {
    const file = join(folder, 'not-begun.sonde');
    expect((await sonde(['record', file, '--target', 'pid=4194304'])).status).toBe(2);
    expect(existsSync(file)).toBe(false);
  });

  it('writes what replays as the same exchanges', async () => {
    const file = join(folder, 'busy.sonde');
    const recorded = await sonde(['record', file, '--', process.execPath, BUSY, '20']);
    expect(recorded).toMatchObject({ status: 7, stdout: '' });
    expect(recorded.stderr).toMatch(/^warning: .*secrets included/m);
    expect(recorded.stderr).toMatch(/^recorded [1-9]\d* connections?, [1-9]\d* operations, [\d.]+ KiB, 0 lost$/m);
    const { status, lines, stderr } = await sonde(['replay', file]);
    expect({ status, stderr, count: lines.length }).toEqual({ status: 0, stderr: '', count: 40 });
    expect(lines[0]).toMatchObject({
      side: 'server',
      process: { name: 'node' },
      request: { resource: '/0' },
      status: 200,
    });
  });

  it('says that the disk is full, ends with 1, and leaves what can be replayed', async () => {
    const disk = join(folder, 'disk');
    const script = `mkdir -p "$1" && mount -t tmpfs -o size=32k none "$1" && shift && "$@"; rc=$?; cat ${disk}/full.sonde > ${folder}/full.sonde; exit $rc`;
    const through = ['unshare', '-m', 'sh', '-c', script, 'sh', disk];
    const { status, stderr } = await sonde(
      ['record', join(disk, 'full.sonde'), '--', process.execPath, BUSY, '20000'],
      { through },
    );
    expect(status).toBe(1);
    expect(stderr).toContain('no space is left');
    const replayed = await sonde(['replay', join(folder, 'full.sonde')]);
    expect(replayed.status).toBe(0);
    expect(replayed.stderr).toMatch(/warning: .*(no space is left|cut off)/);
    expect(replayed.lines.length).toBeGreaterThan(20);
  });
});

describe('sonde replay', () => {
  it('refuses what is no recording', async () => {
    const { status, stderr } = await sonde(['replay', BUSY]);
    expect(status).toBe(1);
    expect(stderr).toContain('the file is no recording of Sonde [RECORDING_FORMAT]');
  });

  it('says that there is no file', async () => {
    expect(await sonde(['replay', join(folder, 'nothing')])).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(
        /^error: '.*nothing' can't be read: ENOENT: .* \[FILE_UNREADABLE\]\n {2}hint: .*\n$/,
      ),
    });
  });
});
