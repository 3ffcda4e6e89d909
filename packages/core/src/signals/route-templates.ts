import { templateSegment } from './route-segment.js';

/** Placeholder of a position that took too many values. */
const ANY = '{*}';
/** Deeper paths are cut. */
const MAX_SEGMENTS = 16;
/** Longer paths are not worth a place in the cache. */
const MAX_CACHED_PATH = 512;

/** How {@link RouteTemplates} bounds what it learns. */
export interface RouteTemplatesOptions {
  /** Most literal values at one position, below one prefix; then it becomes `{*}`. @default 100 */
  maxValues?: number;
  /** Most positions that are remembered; beyond, new literals become `{*}`. @default 10000 */
  maxPositions?: number;
  /** Most paths whose template is kept ready. @default 4096 */
  cacheSize?: number;
}

/** A literal segment, with what was seen below it. */
interface Position {
  /** How often a path ended here. */
  hits: number;
  /** Set once too many values came: no literal is learned any more. */
  full: boolean;
  readonly children: Map<string, Position>;
}

/** A route that was worked out before, with the position to count its use at. */
interface Known {
  route: string;
  position: Position;
}

/**
 * Turns paths into routes of low cardinality: first by how segments look, then by how many values a position takes.
 * When one takes too many, those that were asked for often stay (a scanner must not hide the real routes), and the rest
 * becomes `{*}`.
 */
export class RouteTemplates {
  readonly #maxValues: number;
  readonly #maxPositions: number;
  readonly #cacheSize: number;
  readonly #root: Position = { hits: 0, full: false, children: new Map() };
  #positions = 0;
  // Two generations: what is asked for survives the turn-over, without a list to keep in order.
  #young = new Map<string, Known>();
  #old = new Map<string, Known>();

  constructor(options: RouteTemplatesOptions = {}) {
    this.#maxValues = options.maxValues ?? 100;
    this.#maxPositions = options.maxPositions ?? 10_000;
    this.#cacheSize = options.cacheSize ?? 4096;
  }

  /**
   * The route of a request target: `/users/123/orders/5f?x=1` → `/users/{id}/orders/{id}`. Query, fragment and matrix
   * parameters go; of an absolute URL the path stays.
   */
  template(target: string): string {
    let known = this.#young.get(target) ?? this.#old.get(target);
    const path = known ? target : pathOf(target);
    if (path !== target) known = this.#young.get(path) ?? this.#old.get(path);
    if (known !== undefined) {
      known.position.hits++;
      return known.route;
    }
    const learned = this.#learn(path);
    if (path.length <= MAX_CACHED_PATH) this.#remember(path, learned);
    return learned.route;
  }

  #learn(path: string): Known {
    if (path === '*' || path === '/' || path === '') return { route: path, position: this.#root };
    const absolute = path.startsWith('/');
    const segments = path.split('/', MAX_SEGMENTS + 2);
    let position = this.#root;
    let route = '';
    let before = '';
    for (let at = absolute ? 1 : 0; at < segments.length; at++) {
      if (at > MAX_SEGMENTS) {
        route += `/${ANY}`;
        break;
      }
      const literal = withoutParameters(segments[at]!);
      let segment = templateSegment(literal, before);
      if (literal !== '') before = literal;
      if (segment !== '') {
        segment = this.#literal(position, segment);
        position = position.children.get(segment) ?? this.#wildcard(position);
      }
      route += at === 0 ? segment : `/${segment}`;
    }
    position.hits++;
    return { route, position };
  }

  /** The segment as it stands in the route: itself while the position has room, else `{*}`. */
  #literal(parent: Position, segment: string): string {
    if (parent.children.has(segment)) return segment;
    if (parent.full) return ANY;
    if (parent.children.size >= this.#maxValues) this.#close(parent);
    if (parent.full || this.#positions >= this.#maxPositions) return ANY;
    parent.children.set(segment, { hits: 0, full: false, children: new Map() });
    this.#positions++;
    return segment;
  }

  #wildcard(parent: Position): Position {
    let child = parent.children.get(ANY);
    if (!child) {
      if (this.#positions >= this.#maxPositions) return { hits: 0, full: true, children: new Map() };
      child = { hits: 0, full: false, children: new Map() };
      parent.children.set(ANY, child);
      this.#positions++;
    }
    return child;
  }

  /** Keeps the values that stand out, gives up the rest. */
  #close(parent: Position): void {
    parent.full = true;
    const enough = Math.max(10, sum(parent, 'hits') / this.#maxValues / 2);
    for (const [segment, child] of parent.children) {
      if (segment === ANY || sum(child, 'hits') >= enough) continue;
      parent.children.delete(segment);
      this.#positions -= sum(child, 'positions');
    }
    this.#young.clear();
    this.#old.clear();
  }

  #remember(path: string, known: Known): void {
    if (this.#young.size >= this.#cacheSize / 2) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(path, known);
  }
}

/** Hits, or positions, of a position and all below it. */
function sum(position: Position, what: 'hits' | 'positions'): number {
  let total = what === 'hits' ? position.hits : 1;
  for (const child of position.children.values()) total += sum(child, what);
  return total;
}

/** The path of a target in origin, absolute or asterisk form (RFC 9112 section 3.2). */
function pathOf(target: string): string {
  let start = 0;
  if (!target.startsWith('/')) {
    const scheme = target.indexOf('://');
    if (scheme >= 0 && scheme < 12) {
      start = target.indexOf('/', scheme + 3);
      if (start < 0) return '/';
    }
  }
  let end = target.length;
  for (let at = start; at < end; at++) {
    const code = target.charCodeAt(at);
    if (code === 63 || code === 35) end = at;
  }
  return start === 0 && end === target.length ? target : target.slice(start, end);
}

function withoutParameters(segment: string): string {
  const semicolon = segment.indexOf(';');
  return semicolon < 0 ? segment : segment.slice(0, semicolon);
}

const shared = new RouteTemplates();

/**
 * The route of a request target, `/users/123/orders/5f…` → `/users/{id}/orders/{id}`, for a protocol plugin's
 * `describe`. All callers of one thread learn together; make a {@link RouteTemplates} to learn apart.
 */
export function templateRoute(target: string): string {
  return shared.template(target);
}
