import { Interner } from '@sonde/core';

/** Services, methods and types are few, and come again with each call. */
export const names = new Interner({ capacity: 4096, longest: 256, encoding: 'utf8' });
