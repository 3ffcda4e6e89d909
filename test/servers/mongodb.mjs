import { join } from 'node:path';
import { freePort, scratch, startServer } from './process.mjs';
import { pythonWith } from './python.mjs';

/** SecantusDB, and the client library of MongoDB that it needs itself. */
const PACKAGES = ['secantusdb==0.7.0b3', 'pymongo==4.20.1'];
const ENTRY = 'import sys; from secantus.cli import main; sys.exit(main())';

/** A Python interpreter with the server's packages and pymongo. */
export const mongodbPython = () => pythonWith('secantusdb', PACKAGES);

/**
 * A server that speaks MongoDB's protocol as version 8.2 does: SecantusDB, since Debian doesn't carry `mongod`.
 *
 * @param {{ port?: number, args?: string[] }} options
 */
export async function startMongodb(options = {}) {
  const command = await mongodbPython();
  const dir = scratch('mongodb');
  const port = options.port ?? (await freePort());
  const args = ['--host', '127.0.0.1', '--port', `${port}`, '--storage-path', join(dir, 'data'), '--standalone'];
  return startServer({
    name: 'secantusdb',
    command,
    args: ['-c', ENTRY, ...args, ...(options.args ?? [])],
    port,
    dir,
  });
}
