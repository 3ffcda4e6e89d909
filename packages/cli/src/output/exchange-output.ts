import type { Exchange, ProbeEvent } from '@sonde/core';

/** Where exchanges are shown. */
export interface ExchangeOutput {
  /** Everything is attached: from now on exchanges may come at any time. */
  start?(): void;
  /** @param file capture file that it comes from, where there are several. */
  exchange(exchange: Exchange, file?: string): void;
  event(event: ProbeEvent): void;
  /** Resolves when there is room for more. */
  drained(): Promise<void>;
  /** Shows what is left, and ends. */
  end(): void;
}

/** Shows nothing. */
export const noOutput: ExchangeOutput = {
  exchange() {},
  event() {},
  async drained() {},
  end() {},
};
