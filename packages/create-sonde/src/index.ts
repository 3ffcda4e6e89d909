/**
 * Makes packages with plugins for Sonde: what `npm create sonde@latest` does, for programs.
 *
 * ```ts
 * import { createPackage } from 'create-sonde';
 *
 * const { directory, files } = await createPackage({ kind: 'parser', name: 'tally' });
 * console.log(`${files.length} files in ${directory}`); // sonde-parser-tally
 * ```
 *
 * @packageDocumentation
 */
export { CreateError, type CreateErrorCode } from './create-error.js';
export { type CreatedPackage, type CreateOptions, createPackage } from './create-package.js';
export { KINDS, type PluginKind } from './kinds.js';
