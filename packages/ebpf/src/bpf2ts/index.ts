export { type GenerateOptions, generate } from './generate.js';
