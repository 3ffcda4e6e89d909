export { Btf } from './btf.js';
export { BtfError } from './btf-error.js';
export * from './btf-type.js';
export {
  type BtfField,
  type BtfPlainType,
  fieldOffset,
  fieldsOf,
  findComposite,
  resolve as resolveType,
  sizeOf,
} from './layout.js';
