/** Names under which decoders write the same thing. */
const ALIASES = { qtype: 'operation' };
/** Fields of the oracle that say nothing of the protocol. */
const IGNORED = new Set(['args', 'argCount', 'addresses', 'note']);

/**
 * Compares what was decoded with what is expected.
 *
 * @returns counts by protocol, and a line for each difference.
 */
export function compare(expected, actual, { protocol, lossy }) {
  const covers = new Set(protocol ? [protocol] : expected.covers);
  const wanted = expected.exchanges.filter((exchange) => covers.has(exchange.protocol));
  const left = actual.exchanges.filter((exchange) => covers.has(exchange.protocol));
  const counts = {};
  const differences = [];
  const count = (name, what) => {
    counts[name] ??= { right: 0, missing: 0, lost: 0, invented: 0, wrong: 0, skipped: 0 };
    counts[name][what]++;
  };
  for (const name of covers) counts[name] ??= { right: 0, missing: 0, lost: 0, invented: 0, wrong: 0, skipped: 0 };
  for (const want of wanted) {
    const index = bestMatch(want, left, want.doubtful ? Number.POSITIVE_INFINITY : lossy ? 0.000002 : 0.0005);
    if (want.doubtful) {
      if (index >= 0) left.splice(index, 1);
      count(want.protocol, 'skipped');
      continue;
    }
    if (index < 0) {
      if (want.optional || want.setup) count(want.protocol, 'skipped');
      else if (lossy) count(want.protocol, 'lost');
      else {
        count(want.protocol, 'missing');
        differences.push(`  missing   ${describe(want)}`);
      }
      continue;
    }
    const [got] = left.splice(index, 1);
    const wrong = differing(want, got, lossy);
    count(want.protocol, wrong.length > 0 ? 'wrong' : 'right');
    if (wrong.length > 0)
      differences.push(`  wrong     ${describe(want)}`, ...wrong.map((line) => `              ${line}`));
  }
  for (const got of left) {
    count(got.protocol, 'invented');
    differences.push(`  invented  ${describe(got)}`);
  }
  const foreign = actual.exchanges.filter((exchange) => !covers.has(exchange.protocol)).map((e) => e.protocol);
  if (foreign.length > 0 && !protocol)
    differences.push(`  also      ${foreign.length} of ${[...new Set(foreign)].join(', ')}`);
  const errors = Object.entries(actual.stats.parseErrorReasons);
  for (const [reason, times] of differences.length > 0 ? errors : [])
    differences.push(`  parse error ×${times}: ${reason}`);
  const unmatched = Object.entries(actual.stats.unmatched).map(([reason, times]) => `${reason} ×${times}`);
  if (differences.length > 0 && unmatched.length > 0) differences.push(`  unmatched: ${unmatched.join(', ')}`);
  return { counts, differences };
}

/**
 * The exchange with the same ends that began at the same time, preferring the same operation and resource. Where
 * exchanges may be missing the time has to be the same to the microsecond, or a neighbour would be taken for them.
 */
function bestMatch(want, candidates, tolerance) {
  let best = -1;
  let bestScore = 0;
  for (const [index, got] of candidates.entries()) {
    if (got.protocol !== want.protocol || !sameEnds(want, got)) continue;
    const apart = typeof want.ts === 'number' ? Math.abs(seconds(got.start) - want.ts) : 0;
    if (apart > tolerance) continue;
    let score = 1 / (1 + apart);
    if (text(got.request.operation) === text(want.request?.operation)) score += 4;
    if (text(got.request.resource) === text(want.request?.resource)) score += 2;
    const id = want.request?.id ?? want.request?.streamId ?? want.request?.correlationId;
    if (id !== undefined && text(got.request.id) === text(id)) score += 8;
    if (score > bestScore) {
      best = index;
      bestScore = score;
    }
  }
  return best;
}

function sameEnds(want, got) {
  return sameEnd(want.client, got.client) && sameEnd(want.server, got.server);
}

function sameEnd(want, got) {
  return !want || (got !== null && got.address === want.address && got.port === want.port);
}

function differing(want, got, lossy) {
  const lines = [];
  const conflict = new Set(want.conflict ?? []);
  const check = (name, expected, found) => {
    if (conflict.has(name) || expected === null || expected === undefined) return;
    if (!agrees(text(expected), text(found))) lines.push(`${name}: ${difference(expected, found)}`);
  };
  for (const side of ['request', 'response']) {
    if (!want[side]) continue;
    if (got[side] === null) {
      if (!want.oneWay && !lossy) lines.push(`${side}: expected ${short(want[side])}, got none`);
      continue;
    }
    for (const [field, value] of Object.entries(want[side])) {
      if (IGNORED.has(field)) continue;
      const name = field in got[side] ? field : (ALIASES[field] ?? field);
      const core = field === 'operation' || field === 'resource';
      if (name in got[side] || core) check(`${side}.${field}`, value, got[side][name]);
    }
  }
  if (got.response !== null && want.response !== null) {
    check('status', want.status, got.status);
    if (want.error !== null && want.error !== (got.error !== null)) {
      lines.push(`error: expected ${want.error}, got ${short(got.error)}`);
    }
    checkDuration(want, got, lines);
  }
  if (want.response === null && got.response !== null && !want.optional) {
    lines.push(`response: expected none, got ${short(got.response)}`);
  }
  return lines;
}

/** A latency may be taken at the first or at the last part of the response. */
function checkDuration(want, got, lines) {
  const ends = [want.responseTs, want.responseEndTs].filter((end) => end !== null && end !== undefined);
  if (ends.length === 0 || got.durationNs === null) return;
  const apart = Math.min(...ends.map((end) => Math.abs((end - want.ts) * 1e9 - got.durationNs)));
  if (apart > 2000) {
    const expected = ends.map((end) => `${((end - want.ts) * 1e3).toFixed(3)} ms`).join(' or ');
    lines.push(`duration: expected ${expected}, got ${(got.durationNs / 1e6).toFixed(3)} ms`);
  }
}

const seconds = (start) => Date.parse(`${start.slice(0, 19)}Z`) / 1000 + Number(`0${start.slice(19, -1)}`);

function text(value) {
  return value === null || value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Whether texts are the same; where the oracle could not write a character (U+FFFD), anything may stand. */
function agrees(expected, found) {
  if (expected === found || !expected.includes('\ufffd')) return expected === found;
  let at = 0;
  for (const part of expected.split(/\ufffd+/)) {
    const next = found.indexOf(part, at);
    if (next < 0) return false;
    at = next + part.length;
  }
  return true;
}

/** What was expected and what was found; of long texts the part around the first difference. */
function difference(expected, found) {
  const [a, b] = [text(expected), text(found)];
  if (a.length <= 150 && b.length <= 150) return `expected ${short(expected)}, got ${short(found)}`;
  let same = 0;
  while (same < a.length && a[same] === b[same]) same++;
  const part = (whole) => JSON.stringify(whole.slice(Math.max(0, same - 30), same + 60));
  return `from character ${same} of ${a.length}: expected …${part(a)}, got …${part(b)} (of ${b.length})`;
}

function short(value) {
  const whole = JSON.stringify(value) ?? 'nothing';
  return whole.length > 160 ? `${whole.slice(0, 157)}…` : whole;
}

function describe({ protocol, client, server, request, response, status, ts, start, oracles }) {
  const at = ts ?? seconds(start);
  const ends = `${client?.address}:${client?.port} → ${server?.address}:${server?.port}`;
  const what = `${request?.operation ?? '-'} ${short(request?.resource ?? '')}`;
  return `${protocol} ${at.toFixed(6)} ${ends} ${what} → ${response ? `${status}` : 'no answer'}${oracles ? ` [${oracles}]` : ''}`;
}
