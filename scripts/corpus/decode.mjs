import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createJiti } from 'jiti';

const packages = fileURLToPath(new URL('../../packages', import.meta.url));

/** Loads the decoder from the packages' sources. */
export async function loadSources() {
  const alias = Object.fromEntries(
    ['core', 'ebpf', 'probe-l7'].map((name) => [`@sonde/${name}`, `${packages}/${name}/src/index.ts`]),
  );
  const jiti = createJiti(import.meta.url, { alias, interopDefault: false });
  const core = await jiti.import('@sonde/core');
  const inner = async (file) => jiti.import(`${packages}/core/src/capture/${file}`);
  return {
    core,
    protocols: await loadProtocols(jiti),
    ...(await inner('capture-parser.ts')),
    ...(await inner('ip-header.ts')),
    ...(await inner('link-layer.ts')),
  };
}

/** Every protocol of the L7 probe by its folder, so that a parser that doesn't compile yet doesn't stop the others. */
async function loadProtocols(jiti) {
  const folder = `${packages}/probe-l7/src/protocols`;
  const protocols = [];
  for (const name of readdirSync(folder)) {
    const entry = `${folder}/${name}/index.ts`;
    if (!existsSync(entry)) continue;
    try {
      const found = Object.values(await jiti.import(entry)).filter((value) => value?.kind === 'protocol');
      protocols.push(...found);
    } catch (error) {
      console.error(`protocol ${name} can't be loaded: ${error.message}`);
    }
  }
  return protocols;
}

const same = (text) => text;
const plain = { enabled: false, sql: same, url: same, value: same, header: (_name, value) => value };

/** Decodes the bytes of a capture, unmasked; gives what `sonde decode` would print, as objects. */
export function decode({ core, protocols }, bytes) {
  const { CaptureClock, CaptureReader, Pipeline, exchangeToJson } = core;
  const exchanges = [];
  const clock = new CaptureClock();
  const onExchange = (exchange) => exchanges.push(JSON.parse(exchangeToJson(exchange)));
  const pipeline = new Pipeline({ protocols, clock, redactor: plain, onExchange });
  const reader = new CaptureReader({ clock, connections: pipeline, onTime: (now) => pipeline.tick(now) });
  try {
    reader.push(bytes);
    reader.end();
  } catch (error) {
    if (!String(error.code).startsWith('CAPTURE_')) throw error;
  }
  reader.flush();
  pipeline.flush();
  return { exchanges, stats: pipeline.stats(), capture: reader.stats() };
}
