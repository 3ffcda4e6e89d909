import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';

const DEADLINE_MS = 30_000;
const run = promisify(execFile);

/** A command's output; rejects if it fails. */
export async function output(command: string, args: readonly string[]): Promise<string> {
  const { stdout } = await run(command, args, { timeout: DEADLINE_MS, maxBuffer: 64 << 20 });
  return stdout;
}

/** A TCP port that nobody has. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** Waits until `holds`. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`waited in vain: ${what}`);
    await wait(10);
  }
}

function answers(target: number | string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = typeof target === 'number' ? connect(target, '127.0.0.1') : connect(target);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** Real servers on loopback, in a directory that goes with them. */
export class Servers {
  readonly directory = mkdtempSync(join(tmpdir(), 'sonde-servers-'));
  readonly #running: { child: ChildProcess; signal: NodeJS.Signals }[] = [];

  constructor() {
    chmodSync(this.directory, 0o755);
  }

  async redis(): Promise<number> {
    const port = await freePort();
    this.#start('redis-server', ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--dir', this.directory]);
    await until('redis', () => answers(port));
    return port;
  }

  /** nginx with an access log of status and path, keep-alive without end, and a file of 100 000 bytes by sendfile. */
  async nginx(): Promise<{ port: number; log: string }> {
    const port = await freePort();
    const log = join(this.directory, 'access.log');
    const root = join(this.directory, 'www');
    mkdirSync(root);
    writeFileSync(join(root, 'index.html'), 'hello');
    writeFileSync(join(root, 'large.bin'), 'x'.repeat(100_000));
    const configuration = `daemon off; worker_processes 2; pid ${this.directory}/nginx.pid; error_log ${this.directory}/error.log;
events {}
http { log_format short '$status $request_method $uri'; access_log ${log} short; sendfile on; keepalive_requests 1000000;
  client_body_temp_path ${this.directory}; proxy_temp_path ${this.directory}; fastcgi_temp_path ${this.directory};
  uwsgi_temp_path ${this.directory}; scgi_temp_path ${this.directory};
  server { listen 127.0.0.1:${port}; root ${root}; } }`;
    writeFileSync(join(this.directory, 'nginx.conf'), configuration);
    this.#start('nginx', ['-c', join(this.directory, 'nginx.conf')], { signal: 'SIGQUIT' });
    await until('nginx', () => answers(port));
    return { port, log };
  }

  async postgres(): Promise<number> {
    const [version] = readdirSync('/usr/lib/postgresql').sort().reverse();
    const bin = `/usr/lib/postgresql/${version}/bin`;
    const data = join(this.directory, 'postgres');
    const { uid, gid } = await user('postgres');
    mkdirSync(data);
    chownSync(data, uid, gid);
    await run(`${bin}/initdb`, ['-D', data, '-A', 'trust', '--no-sync'], { uid, gid });
    const port = await freePort();
    const settings = ['listen_addresses=127.0.0.1', 'fsync=off'].flatMap((setting) => ['-c', setting]);
    this.#start(`${bin}/postgres`, ['-D', data, '-p', `${port}`, '-k', data, ...settings], {
      uid,
      gid,
      signal: 'SIGINT',
    });
    await until('postgres', () =>
      output('pg_isready', ['-h', '127.0.0.1', '-p', `${port}`]).then(
        () => true,
        () => false,
      ),
    );
    return port;
  }

  /** Path of its unix socket. */
  async mariadb(): Promise<string> {
    const data = join(this.directory, 'mariadb');
    const socket = join(this.directory, 'mariadb.sock');
    const install = ['--no-defaults', `--datadir=${data}`, '--user=root', '--auth-root-authentication-method=normal'];
    await run('mysql_install_db', install);
    const settings = ['--no-defaults', `--datadir=${data}`, `--socket=${socket}`, '--skip-networking', '--user=root'];
    this.#start('mariadbd', settings);
    await until('mariadb', async () => existsSync(socket) && (await answers(socket)));
    return socket;
  }

  /** A name server that knows `known.test` as 10.1.2.3. */
  async dnsmasq(): Promise<number> {
    const port = await freePort();
    const settings = ['-k', '-p', `${port}`, '-a', '127.0.0.1', '-R', '-h', '-C', '/dev/null', '--bind-interfaces'];
    this.#start('dnsmasq', [...settings, '-u', 'root', '-A', '/known.test/10.1.2.3', '--pid-file=']);
    await until('dnsmasq', () => answers(port));
    return port;
  }

  async close(): Promise<void> {
    for (const { child, signal } of this.#running.splice(0).reverse()) {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill(signal);
        const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
        await once(child, 'exit');
        clearTimeout(timer);
      }
    }
    rmSync(this.directory, { recursive: true, force: true });
  }

  #start(
    command: string,
    args: readonly string[],
    { signal = 'SIGTERM', ...ids }: { signal?: NodeJS.Signals; uid?: number; gid?: number } = {},
  ): void {
    this.#running.push({ child: spawn(command, args, { stdio: 'ignore', ...ids }), signal });
  }
}

async function user(name: string): Promise<{ uid: number; gid: number }> {
  const id = async (option: string) => Number(await output('id', [option, name]));
  return { uid: await id('-u'), gid: await id('-g') };
}
