export { type Instruction, instructionAt } from './instruction.js';
export { fileOffsetOf, type MappedObject, mappedObjects, type ObjectMapping } from './mapped-objects.js';
export { type ObjectChanges, ObjectRegistry } from './object-registry.js';
export { ObjectSymbols } from './object-symbols.js';
export { SymbolCache, type SymbolCacheOptions } from './symbol-cache.js';
export { SymbolError } from './symbol-error.js';
export { planUprobe, type UprobePlan } from './uprobe-plan.js';
