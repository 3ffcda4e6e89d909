export type { NativeBackend } from './backend.js';
export { CapabilityError, ConfigurationError, SondeError } from './error.js';
