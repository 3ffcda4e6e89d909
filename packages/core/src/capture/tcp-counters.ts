/** What happened to the segments of a capture. */
export interface TcpCounters {
  /** Chunks delivered. */
  chunks: number;
  /** Segments without a byte that was new. */
  retransmitted: number;
  /** Segments that came before bytes that precede them. */
  outOfOrder: number;
  /** Places where bytes are missing. */
  gaps: number;
  /** Bytes missing in those places. */
  missingBytes: number;
  /** Bytes of segments that the snap length cut off. */
  uncapturedBytes: number;
  /** Connections seen. */
  connections: number;
  /** Connections closed because too many were open. */
  evicted: number;
  /** Times that a connection went on without its missing bytes because all together held too many back. */
  givenUp: number;
}

/** Counters at zero. */
export function emptyCounters(): TcpCounters {
  return {
    chunks: 0,
    retransmitted: 0,
    outOfOrder: 0,
    gaps: 0,
    missingBytes: 0,
    uncapturedBytes: 0,
    connections: 0,
    evicted: 0,
    givenUp: 0,
  };
}
