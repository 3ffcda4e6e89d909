import { describe, expect, it } from 'vitest';
import { announcesSecret, isSecretSegment } from './secret-path.js';

describe('a segment of a path', () => {
  it.each(
    'reset token tokens invite invitations verify activate confirm unsubscribe magic magic-link share shared password-reset resetPassword verify_email email-verification share-link activateAccount secret api-keys otp'.split(
      ' ',
    ),
  )('like %s announces a secret', (segment) => {
    expect(announcesSecret(segment)).toBe(true);
  });

  it.each(['users', 'presets', 'shareholders', 'tokenizer', 'secretary', 'login', '', 'x'.repeat(10_000)])(
    'like %.20s announces none',
    (segment) => {
      expect(announcesSecret(segment)).toBe(false);
    },
  );

  it.each([
    ['abcdef', 'reset', true],
    ['hunter2', 'magic-link', true],
    ['password', 'reset', false],
    ['confirm', 'reset', false],
    ['Refresh', 'token', false],
    ['v2', 'token', false],
    ['', 'token', false],
    ['abcdef', 'users', false],
    ['abcdef', '', false],
  ])('like %s behind %s is a secret: %s', (segment, before, secret) => {
    expect(isSecretSegment(segment, before)).toBe(secret);
  });
});
