import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sourceFiles } from './files.mjs';

/**
 * What the integration tests run against, as they declare it themselves: a comment `@against PROTOCOL: SERVER` stands where
 * the test is.
 *
 * @param names of protocols and their variants.
 * @returns by name: servers, in the order of files.
 * @throws Error for a declaration that names no protocol.
 */
export function realServers(root, names) {
  const tests = sourceFiles(root, 'packages').filter((file) => /\/test\/.*\.test\.ts$/.test(file));
  const files = tests.map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));
  return declarations(files, names);
}

/** The declarations in the texts of files. */
export function declarations(files, names) {
  const servers = new Map(names.map((name) => [name, []]));
  for (const { file, text } of files) {
    for (const [, name, server] of text.matchAll(/@against ([a-z0-9-]+): (.+?)\.?\s*(?:\*\/|\n|$)/g)) {
      const list = servers.get(name);
      if (list === undefined) throw new Error(`${file}: '@against ${name}': there is no such protocol`);
      if (!list.includes(server)) list.push(server);
    }
  }
  return servers;
}
