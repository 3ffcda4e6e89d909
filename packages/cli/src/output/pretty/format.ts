/** Writes a duration with three digits and a fitting unit. */
export function formatDuration(nanoseconds: number): string {
  if (Number.isNaN(nanoseconds)) return '-';
  if (nanoseconds < 1e3) return `${Math.round(nanoseconds)}ns`;
  if (nanoseconds < 1e6) return `${three(nanoseconds / 1e3)}µs`;
  if (nanoseconds < 1e9) return `${three(nanoseconds / 1e6)}ms`;
  return `${three(nanoseconds / 1e9)}s`;
}

/** Writes a count or a rate with at most five characters; `-` where there is none. */
export function formatCount(value: number): string {
  if (Number.isNaN(value)) return '-';
  if (value > 0 && value < 0.1) return value < 0.01 ? '<0.01' : value.toFixed(2);
  if (value < 10) return Number.isInteger(value) ? String(value) : value.toFixed(1);
  if (value < 10_000) return String(Math.round(value));
  if (value < 1e6) return `${three(value / 1e3)}k`;
  return `${three(value / 1e6)}M`;
}

function three(value: number): string {
  return value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : String(Math.round(value));
}

/**
 * Text for a terminal, cut to a width. What was observed must not steer the terminal: control characters are shown as
 * `·`.
 */
export function fit(text: string, width: number): string {
  const characters = [...text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '·')];
  if (characters.length <= width) return characters.join('') + ' '.repeat(width - characters.length);
  return width < 2 ? characters.slice(0, width).join('') : `${characters.slice(0, width - 1).join('')}…`;
}
