import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** @typedef {{ port: number, pid: number, stop(): Promise<void>, dir: string, log(): string, child: import('node:child_process').ChildProcess }} Server */

const running = new Set();
const folders = new Set();
// A crashed test run must not leave servers and their files behind.
process.on('exit', () => {
  for (const server of running) server.kill();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

/** A port of 127.0.0.1 that was free a moment ago. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = net.createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** Waits until `check` gives something true, or throws at the deadline. */
export async function until(check, what, deadlineMs = 30_000) {
  const end = Date.now() + deadlineMs;
  for (;;) {
    const value = await check();
    if (value) return value;
    if (Date.now() > end) throw new Error(`${what}: not within ${deadlineMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Whether something accepts connections there. */
export function accepts(port, host = '127.0.0.1') {
  return new Promise((resolve) => {
    const socket = net.connect({ port, host });
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

/** A fresh folder for one server's files. `owner`: name of the user that the server runs as. */
export function scratch(name) {
  const folder = mkdtempSync(join(tmpdir(), `sonde-${name}-`));
  folders.add(folder);
  return folder;
}

/**
 * Starts a server and waits until it is ready.
 *
 * @param {{ name: string, command: string, args: string[], port: number, dir: string, env?: object, cwd?: string,
 *   ready?: (log: string) => boolean | Promise<boolean>, stopSignal?: NodeJS.Signals, detached?: boolean }} options
 * @returns {Promise<Server>}
 */
export async function startServer(options) {
  const { name, command, args, port, dir, stopSignal = 'SIGTERM' } = options;
  // The kernel ends it if this process can't: not even a killed run leaves a server behind.
  const child = spawn('setpriv', ['--pdeathsig', stopSignal, '--', command, ...args], {
    cwd: options.cwd ?? dir,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  const keep = (data) => {
    log = (log + data).slice(-100_000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const exited = new Promise((resolve) => child.once('exit', resolve));
  let failure = null;
  child.once('error', (error) => {
    failure = error;
  });
  const entry = { kill: () => child.kill('SIGKILL') };
  running.add(entry);
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(stopSignal);
      const timer = setTimeout(() => child.kill('SIGKILL'), 20_000);
      await exited;
      clearTimeout(timer);
    }
    running.delete(entry);
    rmSync(dir, { recursive: true, force: true });
    folders.delete(dir);
  };
  try {
    await until(
      async () => {
        if (failure) throw failure;
        if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}:\n${log.slice(-2000)}`);
        if (options.ready) return options.ready(log);
        return accepts(port);
      },
      `${name} to be ready`,
      60_000,
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return { port, pid: child.pid, dir, stop, log: () => log, child };
}
