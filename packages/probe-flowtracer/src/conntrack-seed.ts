import { createReadStream, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { parseConntrackLine } from './conntrack-listing.js';
import type { FlowFacts } from './flow.js';

/** A process in each network namespace: pids by the namespace's inode number. */
export function networkNamespaces(proc = '/proc'): Map<number, number> {
  const found = new Map<number, number>();
  for (const name of readdirSync(proc)) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const netns = Number(/^net:\[(\d+)\]$/.exec(readlinkSync(join(proc, name, 'ns', 'net')))?.[1]);
      if (netns > 0 && !found.has(netns)) found.set(netns, Number(name));
    } catch {
      // The process has ended meanwhile, or isn't ours to look at.
    }
  }
  return found;
}

/** What {@link readConntrack} works with. */
export interface SeedOptions {
  /** Nanoseconds of the monotonic clock. */
  now: number;
  /** Most flows of interest. */
  maximum: number;
  /** @default '/proc' */
  proc?: string;
}

/** The translated flows of all network namespaces that have a process. Where the kernel lacks the listing there are none. */
export async function readConntrack({ now, maximum, proc = '/proc' }: SeedOptions): Promise<FlowFacts[]> {
  const flows: FlowFacts[] = [];
  for (const [netns, pid] of networkNamespaces(proc)) {
    try {
      for await (const line of linesOf(join(proc, String(pid), 'net', 'nf_conntrack'))) {
        const facts = parseConntrackLine(line, { netns, now });
        if (facts !== null) flows.push(facts);
        if (flows.length >= maximum) return flows;
      }
    } catch {
      // The kernel has no such file, or the process has ended.
    }
  }
  return flows;
}

/** Line by line, for a busy router's listing has tens of megabytes. */
async function* linesOf(path: string): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of createReadStream(path, { encoding: 'latin1', highWaterMark: 1 << 16 })) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop()!;
    yield* lines;
  }
  if (rest !== '') yield rest;
}
