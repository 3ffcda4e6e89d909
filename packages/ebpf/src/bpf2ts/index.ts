export { type GenerateOptions, generateDecoders } from './generate-decoders.js';
