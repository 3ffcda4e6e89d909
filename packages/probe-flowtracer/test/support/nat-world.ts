import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const DEADLINE_MS = 60_000;
const programs = fileURLToPath(new URL('../programs/', import.meta.url));
let worlds = 0;

/** Waits until `holds`. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`waited in vain: ${what}`);
    await wait(10);
  }
}

/** A program in a namespace, with the lines that it has said. */
export class Program {
  readonly lines: string[] = [];
  readonly #child: ChildProcess;
  #rest = '';

  constructor(namespace: string, command: readonly string[]) {
    this.#child = spawn('ip', ['netns', 'exec', namespace, ...command], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child.stdin!.on('error', () => {});
    this.#child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      const lines = (this.#rest + text).split('\n');
      this.#rest = lines.pop()!;
      this.lines.push(...lines);
    });
  }

  get pid(): number {
    return this.#child.pid!;
  }

  get ended(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** The line that begins with `start`, as soon as it was said. */
  async said(start: string): Promise<string> {
    let line: string | undefined;
    await until(`'${start}' of a program`, () => {
      line = this.lines.find((said) => said.startsWith(start));
      if (line === undefined && this.ended) throw new Error(`the program ended before it said '${start}'`);
      return line !== undefined;
    });
    return line!;
  }

  goOn(): void {
    this.#child.stdin!.write('\n');
  }

  kill(): void {
    if (!this.ended) this.#child.kill('SIGKILL');
  }

  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (this.ended) return;
    this.#child.kill(signal);
    await once(this.#child, 'exit');
  }
}

/** A Service: the address that clients use, and the one that the rule has them reach. */
export interface Service {
  address: string;
  port: number;
}

/**
 * Network namespaces like a node of Kubernetes: a client and backends, each in a namespace of its own, and between them a
 * node that translates addresses by nftables rules like kube-proxy's.
 *
 * | Service | address | |
 * |---|---|---|
 * | `cluster` | 10.96.0.10:80, fd96::10 | DNAT |
 * | `masqueraded` | 10.96.0.20:80, fd96::20 | DNAT and masquerade: also for backends that reach themselves |
 * | `nodePort` | the node's own address, 30080 | DNAT and SNAT to an address of the rule's |
 * | `dns` | 10.96.0.10:53/udp, fd96::10 | DNAT |
 */
export class NatWorld {
  readonly backends: string[];
  readonly client: string;
  readonly node: string;
  readonly #prefix = `sonde-nat-${process.pid}-${worlds++}`;
  readonly #namespaces: string[] = [];
  readonly #programs: Program[] = [];
  /** Lines of the backends' logs, by backend. */
  readonly logs: Program[] = [];

  constructor(backends = 3) {
    this.client = `${this.#prefix}-c`;
    this.node = `${this.#prefix}-n`;
    this.backends = Array.from({ length: backends }, (_, index) => `${this.#prefix}-b${index + 1}`);
  }

  /** Address of a backend, by its number from 1 on. */
  static backend(number: number, family: 4 | 6): string {
    return family === 4 ? `10.244.${number}.2` : `fd44:${number}::2`;
  }

  /** Address of the client. */
  static client(family: 4 | 6): string {
    return family === 4 ? '10.244.0.2' : 'fd44::2';
  }

  static service(name: 'cluster' | 'masqueraded' | 'nodePort' | 'dns', family: 4 | 6): Service {
    const virtual = (last: number) => (family === 4 ? `10.96.0.${last}` : `fd96::${last}`);
    if (name === 'nodePort') return { address: family === 4 ? '10.244.0.1' : 'fd44::1', port: 30_080 };
    if (name === 'dns') return { address: virtual(10), port: 53 };
    return { address: virtual(name === 'cluster' ? 10 : 20), port: 80 };
  }

  /** Builds everything; what was built before a failure goes with {@link NatWorld.close}. */
  async start(): Promise<void> {
    process.once('exit', this.#remove);
    for (const name of [this.node, this.client, ...this.backends]) {
      run('ip', 'netns', 'add', name);
      this.#namespaces.push(name);
      run('ip', '-n', name, 'link', 'set', 'lo', 'up');
    }
    for (const [number, name] of [this.client, ...this.backends].entries()) this.#connect(name, number);
    this.#in(this.node, 'sysctl', '-qw', 'net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1');
    const rules = [...this.#rules(4), ...this.#rules(6)].join('\n');
    execFileSync('ip', ['netns', 'exec', this.node, 'nft', '-f', '-'], { input: rules });
    this.backends.forEach((namespace, index) => {
      this.logs.push(this.run(namespace, [process.execPath, `${programs}backend.mjs`, `b${index + 1}`]));
    });
    for (const backend of this.logs) await backend.said('ready');
  }

  /** Starts a command in a namespace. */
  run(namespace: string, command: readonly string[]): Program {
    const program = new Program(namespace, command);
    this.#programs.push(program);
    return program;
  }

  /** Runs a client to its end; returns how many answers it got, and how many it did not get. */
  async ask(
    kind: 'http' | 'dns',
    service: Service,
    prefix: string,
    options: AskOptions = {},
  ): Promise<{ answered: number; failed: number }> {
    const program = await this.begin(kind, service, prefix, options);
    const [, answered, failed] = (await program.said('done')).split(' ').map(Number);
    return { answered: answered!, failed: failed! };
  }

  /** Starts a client, whose caller may end it. */
  async begin(
    kind: 'http' | 'dns',
    service: Service,
    prefix: string,
    { count = 100, parallel = 10, from = this.client, seconds }: AskOptions = {},
  ): Promise<Program> {
    const given = [kind, service.address, service.port, count, parallel, prefix, ...(seconds ? [seconds] : [])];
    const program = this.run(from, [process.execPath, `${programs}client.mjs`, ...given.map(String)]);
    await program.said('ready');
    program.goOn();
    return program;
  }

  /** Which backend (from 1 on) got each request whose path or name holds `prefix`, by the backends' own logs. */
  served(prefix: string): Map<string, { backend: number; client: string; port: number }> {
    const found = new Map<string, { backend: number; client: string; port: number }>();
    this.logs.forEach(({ lines }, index) => {
      for (const line of lines) {
        const [, what, client, port] = line.split(' ');
        if (what?.includes(prefix)) found.set(what, { backend: index + 1, client: client!, port: Number(port) });
      }
    });
    return found;
  }

  /** Ends every program, then every namespace. */
  async close(): Promise<void> {
    await Promise.all(this.#programs.map((program) => program.end('SIGKILL')));
    this.#remove();
    process.off('exit', this.#remove);
  }

  /** Leaves nothing, also where the process ends unexpectedly. */
  readonly #remove = () => {
    for (const program of this.#programs.splice(0)) program.kill();
    for (const name of this.#namespaces.splice(0)) run('ip', 'netns', 'del', name);
  };

  #connect(name: string, number: number): void {
    run('ip', 'link', 'add', 'eth0', 'netns', name, 'type', 'veth', 'peer', 'name', `v${number}`, 'netns', this.node);
    const gateway = { 4: `10.244.${number}.1`, 6: number === 0 ? 'fd44::1' : `fd44:${number}::1` };
    const own = number === 0 ? { 4: NatWorld.client(4), 6: NatWorld.client(6) } : null;
    const addresses = own ?? { 4: NatWorld.backend(number, 4), 6: NatWorld.backend(number, 6) };
    for (const [at, device, ends] of [
      [name, 'eth0', addresses],
      [this.node, `v${number}`, gateway],
    ] as const) {
      run('ip', '-n', at, 'addr', 'add', `${ends[4]}/24`, 'dev', device);
      run('ip', '-n', at, 'addr', 'add', `${ends[6]}/64`, 'dev', device, 'nodad');
      run('ip', '-n', at, 'link', 'set', device, 'up');
    }
    run('ip', '-n', name, 'route', 'add', 'default', 'via', gateway[4]);
    run('ip', '-n', name, '-6', 'route', 'add', 'default', 'via', gateway[6]);
  }

  #rules(family: 4 | 6): string[] {
    const ip = family === 4 ? 'ip' : 'ip6';
    const backends = this.backends.map((_, index) => `${index} : ${NatWorld.backend(index + 1, family)}`).join(', ');
    const spread = (port: number) => `dnat to numgen random mod ${this.backends.length} map { ${backends} }:${port}`;
    const services = (['cluster', 'masqueraded', 'nodePort'] as const).map((name) => {
      const { address, port } = NatWorld.service(name, family);
      const mark = { cluster: '', masqueraded: 'meta mark set 1 ', nodePort: 'meta mark set 2 ' }[name];
      return `${ip} daddr ${address} tcp dport ${port} ${mark}${spread(8080)}`;
    });
    const dns = NatWorld.service('dns', family);
    const source = family === 4 ? '10.244.0.99' : 'fd44::99';
    const rules = [
      `table ${ip} nat {`,
      'chain prerouting { type nat hook prerouting priority -100;',
      ...services,
      `${ip} daddr ${dns.address} udp dport ${dns.port} ${spread(5353)}`,
      '}',
      'chain postrouting { type nat hook postrouting priority 100;',
      'meta mark 1 masquerade',
      `meta mark 2 snat to ${source}`,
      '}',
      '}',
    ];
    // The address that the node lends has to be its own, so that answers come back.
    run('ip', '-n', this.node, 'addr', 'add', `${source}/${family === 4 ? 32 : 128}`, 'dev', 'lo');
    return rules;
  }

  #in(namespace: string, ...command: string[]): void {
    run('ip', 'netns', 'exec', namespace, ...command);
  }
}

/** How a client asks. */
export interface AskOptions {
  /** Requests, or with `seconds` requests a second. */
  count?: number;
  parallel?: number;
  /** Namespace of the client. */
  from?: string;
  seconds?: number;
}

function run(...[command, ...args]: [string, ...string[]]): string {
  return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
