import { scripted } from '../line-protocol.fixture.js';

export { lines } from '../line-protocol.fixture.js';
export const a = scripted('a');
export const b = scripted('b');
