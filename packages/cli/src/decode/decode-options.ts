/** Options of `sonde decode`, as commander gives them. */
export interface DecodeOptions {
  /** Protocol plugins. */
  parser?: readonly string[];
  /** Protocols to print; all if absent. */
  protocol?: readonly string[];
  /** Protocols by server port. */
  port?: ReadonlyMap<number, string>;
  /** Masks secrets. @default true */
  mask: boolean;
  output: 'jsonl' | 'pretty' | 'none';
  stats?: string;
}
