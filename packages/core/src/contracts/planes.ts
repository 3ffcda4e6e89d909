/** One end of a flow in text form, ports as numbers. */
export interface FlowTuple {
  transport: 'tcp' | 'udp';
  client: { address: string; port: number };
  server: { address: string; port: number };
  /** Network namespace (inode number) in which the tuple is seen, or 0 where it isn't known. */
  netns: number;
}

/** What is really at the other end. */
export interface FlowIdentity {
  /** The real server behind a virtual address. */
  server: { address: string; port: number };
  /** The real client before source translation, where known. */
  client: { address: string; port: number } | null;
  /** The address that the client believes in, if it isn't the server's own. */
  virtual: { address: string; port: number } | null;
  /** How it was learnt: `conntrack`. */
  method: string;
}

/** Whoever writes mappings, as the plane sees it. */
export interface FlowWriter {
  /**
   * Tells the plane everything that was learnt by now. The plane calls it before it answers, so that an exchange is never
   * resolved from older facts than its own: it is quick where there is nothing new.
   */
  catchUp(): void;
}

/**
 * The flow-identity plane: any probe writes, any reads. A mapping that arrives a little late completes the exchanges
 * that wait for it.
 */
export interface FlowIdentityPlane {
  /** True while some probe writes mappings: only then it is worth waiting for one. */
  readonly active: boolean;
  /**
   * True while every writer can catch up: then an answered flow that `resolve` doesn't know is not translated, and nobody
   * has to wait for a mapping.
   */
  readonly prompt: boolean;
  /**
   * Identity of a flow at a time (nanoseconds of the source's clock), or null. A mapping of the tuple's own namespace comes
   * first, then one of no particular namespace, then those of others if they agree: packets are often translated in
   * another namespace than that of the socket. An end of a UDP flow whose address is `0.0.0.0` or `::` (its socket isn't
   * bound to one) is found by its port.
   */
  resolve(tuple: FlowTuple, at: number): FlowIdentity | null;
  /** Announces a mapping that holds from `from` on; it ends the tuple's earlier one in that namespace. */
  learn(tuple: FlowTuple, identity: FlowIdentity, from: number): void;
  /** The flow has ended at `at`: its tuple may be used again for another one. */
  forget(tuple: FlowTuple, at: number): void;
  /** Marks a writer as running until the returned function is called. */
  provide(writer?: FlowWriter): () => void;
}
