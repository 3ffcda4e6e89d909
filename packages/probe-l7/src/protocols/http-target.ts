import { Interner, type Redactor } from '@sonde/core';

const targets = new Interner({ capacity: 4096, longest: 256, encoding: 'utf8' });

/** Targets that are kept with their masked form; more than that make a new start. */
const MAX_MASKED = 4096;
/** Longest target that is kept. */
const LONGEST_MASKED = 256;
const masked = new Map<string, string>();

/** A target as it may be shown. Looking for secrets costs as much as all the rest of a head, and targets repeat. */
export function targetText(bytes: Uint8Array, start: number, end: number, redact: Redactor): string {
  return maskedTarget(targets.take(bytes, start, end), redact);
}

/** The same for a target that is text already. */
export function maskedTarget(target: string, redact: Redactor): string {
  if (!redact.enabled) return target;
  const known = masked.get(target);
  if (known !== undefined) return known;
  const text = redact.url(target);
  if (target.length <= LONGEST_MASKED) {
    if (masked.size >= MAX_MASKED) masked.clear();
    masked.set(target, text);
  }
  return text;
}

/** A host, as `Host` and `:authority` name it, without the user and password that some clients leave before it. */
export function shownHost(host: string | null, redact: Redactor): string | null {
  return host !== null && redact.enabled && host.includes('@') ? host.slice(host.lastIndexOf('@') + 1) : host;
}
