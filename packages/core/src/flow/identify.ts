import type { Direction, Input, Protocol } from '../contracts/index.js';
import { type CompiledRule, compileRules, ruleHolds, ruleMayHold } from './rules.js';

type Transport = 'tcp' | 'udp' | 'unix';

/** What the identifier may know of the chunk's connection. */
export interface IdentifyHints {
  transport: Transport;
  /** Port of the chunk's sender and receiver, null where there is none. */
  senderPort: number | null;
  receiverPort: number | null;
  /** Direction of the chunk if the roles are known. */
  direction: Direction | null;
  /** Protocol that the source suspects; tried first. */
  suspect: string | null;
}

/** Result of a look: a protocol and the chunk's direction, or a wish for more bytes. */
export interface Identification {
  protocol: Protocol;
  direction: Direction;
}

/** Recognises the protocol of a connection from the start of a chunk, by the same rules that the kernel interprets. */
export class Identifier {
  readonly #byFirstByte: CompiledRule[][] = Array.from({ length: 256 }, () => []);
  readonly #assigned: ReadonlyMap<number, Protocol>;
  readonly #rulesOf = new Map<Protocol, CompiledRule[]>();

  /** @param assigned protocols that the user pinned to a server port */
  constructor(protocols: readonly Protocol[], assigned: ReadonlyMap<number, Protocol> = new Map()) {
    this.#assigned = assigned;
    const all: CompiledRule[] = [];
    for (const protocol of protocols) {
      const rules = compileRules(protocol);
      this.#rulesOf.set(protocol, rules);
      all.push(...rules);
    }
    all.sort((a, b) => b.weight - a.weight);
    for (const rule of all) {
      const first = rule.matches.find((match) => match.offset === 0);
      for (let byte = 0; byte < 256; byte++) {
        if (first && ((byte ^ first.bytes[0]!) & first.mask[0]!) !== 0) continue;
        this.#byFirstByte[byte]!.push(rule);
      }
    }
  }

  /**
   * Looks at the start of a chunk.
   *
   * @returns the protocol, `'more'` when a longer look would tell, or null when no protocol is suspected
   */
  identify(input: Input, size: number, hints: IdentifyHints): Identification | 'more' | null {
    if (input.end === input.start) return null;
    const pinned = this.#pinned(hints);
    if (pinned) return pinned;
    const rules = this.#byFirstByte[input.bytes[input.start]!]!;
    let more = false;
    // The source's suspicion first: two protocols may look alike, and the kernel saw the connection's beginning.
    for (const suspected of hints.suspect === null ? [false] : [true, false]) {
      for (const rule of rules) {
        if ((rule.protocol.name === hints.suspect) !== suspected) continue;
        if (!rule.transports.includes(hints.transport)) continue;
        if (hints.direction !== null && hints.direction !== rule.direction) continue;
        const serverPort = rule.direction === 'request' ? hints.receiverPort : hints.senderPort;
        if (!ruleHolds(rule, input, size, serverPort)) {
          if (ruleMayHold(rule, input, size, serverPort)) more = true;
          continue;
        }
        const verdict = confirm(rule, input);
        if (verdict === 'yes') return { protocol: rule.protocol, direction: rule.direction };
        if (verdict === 'more') more = true;
      }
    }
    return more ? 'more' : null;
  }

  /** Whether a message of the protocol may begin at the window's start; true for protocols without rules for it. */
  mayBegin(protocol: Protocol, direction: Direction, input: Input, size: number): boolean {
    let any = false;
    for (const rule of this.#rulesOf.get(protocol) ?? []) {
      if (rule.direction !== direction) continue;
      any = true;
      if (ruleHolds({ ...rule, ports: [] }, input, size, null)) return true;
    }
    return !any;
  }

  #pinned({ senderPort, receiverPort, direction }: IdentifyHints): Identification | null {
    const toServer = receiverPort === null ? undefined : this.#assigned.get(receiverPort);
    if (toServer && direction !== 'response') return { protocol: toServer, direction: 'request' };
    const fromServer = senderPort === null ? undefined : this.#assigned.get(senderPort);
    if (fromServer && direction !== 'request') return { protocol: fromServer, direction: 'response' };
    return null;
  }
}

function confirm(rule: CompiledRule, input: Input) {
  try {
    return rule.protocol.detect.confirm?.(input, rule.direction) ?? 'yes';
  } catch {
    return 'no'; // a fault in a plugin's look must not stop the others
  }
}
