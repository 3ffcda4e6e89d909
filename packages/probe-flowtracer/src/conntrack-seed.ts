import { readdirSync, readlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
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
    let text: string;
    try {
      text = await readFile(join(proc, String(pid), 'net', 'nf_conntrack'), 'latin1');
    } catch {
      continue;
    }
    for (let from = 0; from < text.length; ) {
      const newline = text.indexOf('\n', from);
      const end = newline < 0 ? text.length : newline;
      const facts = parseConntrackLine(text.slice(from, end), { netns, now });
      if (facts !== null) flows.push(facts);
      if (flows.length >= maximum) return flows;
      from = end + 1;
    }
  }
  return flows;
}
