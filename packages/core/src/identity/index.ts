export { type ContainerIds, containerOf } from './cgroup.js';
export { IdentityService } from './identity-service.js';
export { LruMap } from './lru.js';
export { ProcFileSystem } from './proc-file-system.js';
