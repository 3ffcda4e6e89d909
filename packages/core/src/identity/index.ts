export { type ContainerIds, containerOf } from './cgroup.js';
export { IdentityService } from './identity-service.js';
export { ProcFileSystem } from './proc-file-system.js';
