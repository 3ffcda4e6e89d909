/** What stands in a path in place of a secret: a `?` would end the path. */
export const REDACTED = 'REDACTED';

/** Longest segment that is taken for words. */
const LONGEST_WORDS = 40;
/** Segments after which paths carry a secret: `/reset/…`, `/password-reset/…`, `/verifyEmail/…`, `/share/…`. */
const ANNOUNCING =
  /^(?:password|account|user|email|member|team|access|refresh|set)?(?:reset|recover(?:y)?|forgot|invit(?:e|ation)s?|verify|verification|activat(?:e|ion)|confirm(?:ation)?|unsubscribe|optout|magic|shared?|shares|tokens?|secrets?|otp|apikeys?)(?:password|account|user|email|link|token|code)?$/;
/** Words that stand there as parts of a route. */
const WORDS = new Set(
  `accept account accounts admin all api approve authorize bulk callback cancel check code complete create decline delete
  done download edit email end error exchange failed finish forgot index info init introspect issue link links list login
  logout me new password phone preview public register reject renew request resend revoke rotate search self send settings
  signup sms start status success team update user users validate view refresh`.split(/\s+/),
);
const VERSION = /^v\d{1,3}$/i;
const SEPARATORS = /[-_.~]/g;

/** Whether what follows this segment of a path is a secret, mostly. */
export function announcesSecret(segment: string): boolean {
  return segment.length <= LONGEST_WORDS && ANNOUNCING.test(segment.toLowerCase().replace(SEPARATORS, ''));
}

/** Whether a segment of a path is a secret, by the one before it: `sEcReT` in `/reset/sEcReT`, not `done` in `/reset/done`. */
export function isSecretSegment(segment: string, before: string): boolean {
  if (segment === '' || before === '' || !announcesSecret(before)) return false;
  return !WORDS.has(segment.toLowerCase()) && !VERSION.test(segment) && !announcesSecret(segment);
}
