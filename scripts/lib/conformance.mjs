import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const PROTOCOLS = 'packages/probe-l7/src/protocols';
const TESTKIT = 'packages/testkit/dist/index.js';
const ALONE = 'leaves other protocols alone';

/**
 * What the conformance suite says of each protocol, by its samples: run here with one case of each check, so that every
 * check is there and the text stays the same; `conformance.test.ts` runs them with all cases, and holds `known` to be the
 * whole truth.
 *
 * @returns by name: `checks`, `others` (conversations of other protocols that it leaves alone), `known` (what does not
 * hold, with the reason: as declared, or else the first case); nothing for a protocol without samples.
 * @throws Error where the testkit is not built.
 */
export async function conformance(root, protocols) {
  if (!existsSync(join(root, TESTKIT))) throw new Error(`${TESTKIT} is missing: npm run build`);
  const { parserConformance, readSamples } = await import(pathToFileURL(join(root, TESTKIT)).href);
  const declared = JSON.parse(readFileSync(join(root, PROTOCOLS, 'conformance.json'), 'utf8'));
  const samples = new Map();
  for (const { name } of protocols) {
    const folder = join(root, PROTOCOLS, name, 'samples');
    if (existsSync(folder)) samples.set(name, await readSamples(folder));
  }
  const results = new Map();
  for (const protocol of protocols) {
    if (!samples.get(protocol.name)?.length) continue;
    const others = [...samples].filter(([name]) => name !== protocol.name).flatMap(([, list]) => list);
    const pipelining = !declared.asksBack.includes(protocol.name);
    const effort = { cases: 1, fuzzMs: 0 };
    const report = parserConformance(protocol, { samples: samples.get(protocol.name), others, pipelining, ...effort });
    const own = report.checks.filter(({ check }) => check !== ALONE);
    const invented = report.checks.filter(({ check, passed }) => check === ALONE && !passed);
    const failed = report.checks.filter(({ passed }) => !passed);
    results.set(protocol.name, {
      checks: own.length,
      others: others.length - invented.length,
      known: { ...Object.fromEntries(failed.map(named)), ...declared.known[protocol.name] },
    });
  }
  return results;
}

/** A failure, as `known` declares it. */
function named({ check, sample, problem }) {
  return [sample === null ? check : `${check} (${sample})`, problem];
}
