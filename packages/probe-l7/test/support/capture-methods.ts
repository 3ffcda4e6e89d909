import { captureMethod } from '../../src/capture-method.js';

/** The ways to capture that this kernel allows: what holds by one has to hold by the other. */
export const METHODS: readonly ('socket' | 'syscall')[] =
  captureMethod('auto') === 'socket' ? ['socket', 'syscall'] : ['syscall'];
