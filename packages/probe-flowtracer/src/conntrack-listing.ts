import { formatAddress } from '@sonde/core';
import type { End, FlowFacts } from './flow.js';
import { Flow } from './flow.js';

/** What the listing doesn't say. */
export interface ListingContext {
  netns: number;
  /** Nanoseconds of the monotonic clock. */
  now: number;
}

/**
 * The translated flow that a line of `/proc/net/nf_conntrack` is about, or null: flows that aren't translated, that are
 * over, of other protocols, or of a form that isn't known. Format: `ct_seq_show` in
 * `net/netfilter/nf_conntrack_standalone.c`.
 */
export function parseConntrackLine(line: string, { netns, now }: ListingContext): FlowFacts | null {
  const words = line.split(/\s+/);
  const transport = words[2];
  if (transport !== 'tcp' && transport !== 'udp') return null;
  if (words[5] === 'TIME_WAIT' || words[5] === 'CLOSE') return null;
  const values = (name: string) =>
    words.filter((word) => word.startsWith(`${name}=`)).map((word) => word.slice(name.length + 1));
  const [sources, destinations] = [values('src'), values('dst')];
  const [sourcePorts, destinationPorts] = [values('sport'), values('dport')];
  const ends = (index: number) => ({
    source: endOf(sources[index], sourcePorts[index]),
    destination: endOf(destinations[index], destinationPorts[index]),
  });
  const [original, reply] = [ends(0), ends(1)];
  if (original.source === null || original.destination === null) return null;
  if (reply.source === null || reply.destination === null) return null;
  const facts: FlowFacts = {
    transport,
    original: original as FlowFacts['original'],
    reply: reply as FlowFacts['reply'],
    masqueraded: false,
    netns,
    clientNetns: 0,
    zone: Number(values('zone')[0] ?? 0),
    process: null,
    first: now,
    fromStart: false,
  };
  const flow = new Flow(facts);
  return flow.destinationTranslated || flow.sourceTranslated ? facts : null;
}

function endOf(address: string | undefined, port: string | undefined): End | null {
  const text = address === undefined ? null : normalise(address);
  const number = Number(port);
  return text === null || !Number.isInteger(number) || number > 0xffff ? null : { address: text, port: number };
}

/** The kernel writes all eight groups of an IPv6 address: `0000:…:0001`. */
function normalise(address: string): string | null {
  if (/^\d+(\.\d+){3}$/.test(address)) return address;
  const groups = address.split(':');
  if (groups.length !== 8 || !groups.every((group) => /^[0-9a-f]{1,4}$/.test(group))) return null;
  const bytes = new Uint8Array(16);
  for (const [index, group] of groups.entries()) {
    new DataView(bytes.buffer).setUint16(2 * index, Number.parseInt(group, 16));
  }
  return formatAddress(bytes, 0, 16);
}
