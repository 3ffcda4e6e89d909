import { SondeError } from '../error.js';

/**
 * A place for a uprobe can't be found. Codes: `SYMBOL_NOT_FOUND`, `SYMBOL_INDIRECT` (chosen at run time),
 * `SYMBOL_NOT_IN_FILE` (its address is loaded from nowhere), `PROCESS_GONE`, `PROCESS_UNREADABLE`.
 */
export class SymbolError extends SondeError {}
