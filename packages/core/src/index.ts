export * from './contracts/index.js';
export { defineExporter, defineProbe, defineProcessor } from './define.js';
export { defineProtocol } from './define-protocol.js';
export * from './parsing/index.js';
export * from './flow/index.js';
