/** Run in a process of its own: loads a small object with whichever libbpf is found, and prints what it used. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createJiti } from 'jiti';

const [, , objectFile] = process.argv;
const source = fileURLToPath(new URL('../../src/index.ts', import.meta.url));
const { koffiBackend, ObjectSpec } = await createJiti(import.meta.url).import(source);

const backend = koffiBackend();
const object = ObjectSpec.open(objectFile).load({ backend });
object.program('produce').testRun({ context: new Uint8Array(new BigUint64Array([3n, 0n, 0n]).buffer) });
const sequence = Buffer.from(object.readGlobal('sequence')).readUInt32LE();
object.close();

const libraries = readFileSync('/proc/self/maps', 'latin1').match(/\/\S*\/lib(bpf|elf|z)[.-]\S*/g) ?? [];
console.log(JSON.stringify({ library: backend.describe(), sequence, libraries: [...new Set(libraries)] }));
