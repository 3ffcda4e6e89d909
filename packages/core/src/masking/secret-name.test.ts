import { describe, expect, it } from 'vitest';
import { isSecretName } from './secret-name.js';

describe('a name', () => {
  it.each(
    'token accessToken access_token id-token TOKEN password passwd userPassword pwd pass secret client_secret apiKey api-key x-api-key api_key key accessKey private.key credential signature sig X-Amz-Signature session sessionid JSESSIONID PHPSESSID sid jwt code otp auth authorization authToken user[password] client_assertion SAMLResponse pin hmac pw user_pw enc_pwd passcode passkey mfa mfa_code cvv cvc creditCard card_number 2fa ssn password+'.split(
      ' ',
    ),
  )('like %s holds a secret', (name) => {
    expect(isSecretName(name)).toBe(true);
  });

  it.each(
    'page user id monkey keyboard author authority authors zipcode country_code codec passenger compass bypass signal design q sort state pinned spin tokyo'.split(
      ' ',
    ),
  )('like %s does not', (name) => {
    expect(isSecretName(name)).toBe(false);
  });

  it('that is longer than any name holds one, to be sure', () => {
    expect(isSecretName('x'.repeat(1000))).toBe(true);
  });
});
