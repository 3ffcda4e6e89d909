export type { NativeBackend } from './backend.js';
export { type GenerateOptions, generate } from './bpf2ts/index.js';
export * from './btf/index.js';
export * from './elf/index.js';
export { CapabilityError, ConfigurationError, SondeError } from './error.js';
