/** A server that runs, as `test/servers/` starts them. */
export interface RealServer {
  port: number;
  pid: number;
  stop(): Promise<void>;
}

/**
 * What a module of `test/servers/` exports, by its name. They are plain JavaScript, since demos run them without a build.
 */
export async function serverModule<T>(name: string): Promise<T> {
  return (await import(new URL(`../../../../test/servers/${name}.mjs`, import.meta.url).href)) as T;
}
