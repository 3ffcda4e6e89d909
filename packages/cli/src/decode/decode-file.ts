import {
  CaptureClock,
  type CaptureResult,
  type Exchange,
  type FlowStats,
  Pipeline,
  type Protocol,
  type Redactor,
  readCapture,
} from '@sonde/core';

/** What it takes to decode a capture. */
export interface DecodeFileOptions {
  protocols: readonly Protocol[];
  /** Protocols by server port, in place of recognition. */
  assigned: ReadonlyMap<number, Protocol>;
  redactor: Redactor;
  onExchange(exchange: Exchange): void;
  /** Awaited after each piece, with the bytes read so far: resolves when the output has room for more. */
  onPiece(bytes: number): Promise<void>;
}

/** What came of it. */
export interface DecodedFile {
  capture: CaptureResult;
  flow: FlowStats;
}

/**
 * Decodes a capture file to its end, each with a pipeline of its own: addresses of one file say nothing of another.
 *
 * @throws Error when the file can't be read.
 */
export async function decodeFile(file: string, options: DecodeFileOptions): Promise<DecodedFile> {
  const { protocols, assigned, redactor, onExchange, onPiece } = options;
  const clock = new CaptureClock();
  const pipeline = new Pipeline({ protocols, assigned, clock, redactor, onExchange });
  const capture = await readCapture(file, {
    connections: pipeline,
    clock,
    onTime: (now) => pipeline.tick(now),
    onPiece,
  });
  pipeline.flush();
  return { capture, flow: pipeline.stats() };
}
