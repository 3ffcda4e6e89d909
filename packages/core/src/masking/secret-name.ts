/** Parts of names that give a secret away. */
const PARTS =
  /token|secret|passw|passphrase|passcode|passkey|pwd|pw$|apikey|accesskey|privatekey|secretkey|credential|signature|session|sessid|jwt|bearer|assertion|auth(?!or(?!iz))|otp$|^mfa|mfa$|cvv|creditcard|cardnumber/;
/** Whole names that do. */
const WHOLE = new Set([
  'key',
  'sig',
  'code',
  'pass',
  'pin',
  'pincode',
  'cvc',
  'csc',
  '2fa',
  'ssn',
  'sid',
  'hmac',
  'sign',
  'samlresponse',
  'samlrequest',
  'ticket',
]);
const LAST_WORD_KEY = /[-_.]key$/i;

/** Whether a parameter, a header or a field of this name holds a secret, whatever its spelling: `api_key`, `apiKey`. */
export function isSecretName(name: string): boolean {
  if (name.length > 256) return true;
  const plain = name.toLowerCase().replace(/[-_.+[\]\s]/g, '');
  return WHOLE.has(plain) || PARTS.test(plain) || LAST_WORD_KEY.test(name);
}
