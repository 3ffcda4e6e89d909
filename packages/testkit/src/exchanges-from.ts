import { fileURLToPath } from 'node:url';
import { CaptureClock, createRedactor, type Exchange, Pipeline, type Protocol, readCapture } from '@sonde/core';
import { Conversation } from './conversation.js';
import { isCapture, readSamples } from './read-samples.js';
import type { Sample } from './sample.js';

/**
 * What a protocol plugin makes of recorded traffic, by the pipeline that agents use: recognised by its rules, parsed,
 * paired, described. Needs no kernel and no privileges.
 *
 * @param source a sample; or the path of a capture (`.pcap`, `.pcapng`, also gzipped), of a `.jsonl` sample, or of a folder
 * of samples. Times and addresses are those of a capture; a sample has made-up ones.
 * @returns the exchanges, in the order in which they end. Secrets are masked, as an agent does by default.
 * @throws CaptureError when a capture is damaged; SondeError `SAMPLE_INVALID`.
 */
export async function exchangesFrom(protocol: Protocol, source: Sample | string | URL): Promise<Exchange[]> {
  if (typeof source !== 'string' && !(source instanceof URL)) return fromSample(protocol, source);
  const path = source instanceof URL ? fileURLToPath(source) : source;
  if (isCapture(path)) return fromCapture(protocol, path);
  return (await readSamples(path)).flatMap((sample) => fromSample(protocol, sample));
}

function fromSample(protocol: Protocol, { transport, turns }: Sample): Exchange[] {
  // A weak signature may lean on the usual port.
  const serverPort = protocol.detect.rules.flatMap(({ ports }) => ports ?? [])[0];
  const talk = new Conversation({ protocols: [protocol], transport, serverPort });
  for (const { fromClient, bytes } of turns) talk.say(fromClient, bytes);
  return talk.close();
}

async function fromCapture(protocol: Protocol, path: string): Promise<Exchange[]> {
  const exchanges: Exchange[] = [];
  const clock = new CaptureClock();
  const redactor = createRedactor(true);
  const onExchange = (exchange: Exchange) => void exchanges.push(exchange);
  const pipeline = new Pipeline({ protocols: [protocol], clock, redactor, onExchange });
  const onTime = (now: number) => pipeline.tick(now);
  const { problem } = await readCapture(path, { connections: pipeline, clock, onTime });
  if (problem !== null) throw problem;
  pipeline.flush();
  return exchanges;
}
