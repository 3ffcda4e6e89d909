/**
 * The only place that knows an FFI library: about a dozen verbs. Placeholder signatures grow with the implementation.
 */
export interface NativeBackend {
  readonly name: string;
}
