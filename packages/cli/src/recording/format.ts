/** First eight bytes of a recording. */
export const MAGIC = Buffer.from('SONDEREC', 'latin1');
/** Version of the format; a reader refuses later ones. See docs/concepts/recording-format.md. */
export const VERSION = 1;
/** Magic, version, reserved, length and checksum of the JSON that follows. */
export const FILE_HEADER_BYTES = 20;
/** Marker, flags, stored and unpacked length, checksum. */
export const BLOCK_HEADER_BYTES = 20;
/** `SBLK`, first four bytes of each block. */
export const BLOCK_MARKER = 0x4b4c4253;
/** Longest block that is believed, unpacked. */
export const MAX_BLOCK_BYTES = 16 * 1024 * 1024;

/** Bits of a block's flags. */
export const BlockFlag = {
  /** Packed with raw DEFLATE. */
  packed: 1,
  /** The last block: its payload is JSON, see {@link RecordingEnd}. */
  end: 2,
} as const;

/** What an entry of a block is. */
export const EntryType = { open: 1, update: 2, data: 3, close: 4, process: 5, tick: 6, event: 7 } as const;

/** Bits of a data entry's flags. */
export const DataFlag = { outgoing: 1, sequence: 2, unit: 4 } as const;

/** The JSON at the head of a recording. */
export interface RecordingHeader {
  /** Version of Sonde that wrote it. */
  sonde: string;
  /** RFC 3339. */
  created: string;
  /** Nanoseconds since the Unix epoch at time 0 of the recording's clock, as text. */
  unixNanoAtZero: string;
  /** `uname -r`, or null. */
  kernel: string | null;
  [more: string]: unknown;
}

/** The JSON of the last block. Without it the recording was cut off. */
export interface RecordingEnd {
  /** Entries before it. */
  entries: number;
  /** What was missing at the source, by reason. */
  lost: Record<string, number>;
  /** Why it ended: null when it was stopped. */
  fault: string | null;
}
