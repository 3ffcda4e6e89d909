export * from './capture/index.js';
export * from './contracts/index.js';
export { defineExporter, defineProbe, defineProcessor } from './define.js';
export { defineProtocol } from './define-protocol.js';
export * from './flow/index.js';
export * from './masking/index.js';
export * from './output/index.js';
export * from './parsing/index.js';
export * from './signals/index.js';
