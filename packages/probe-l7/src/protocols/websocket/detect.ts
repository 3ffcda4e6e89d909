import type { Detection } from '@sonde/core';

/** No bytes tell a WebSocket frame from noise: a connection comes here by its opening in HTTP/1 only. */
export const detect: Detection = { rules: [] };
