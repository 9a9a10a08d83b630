/** Words that name a secret, as a whole name or as a part of `access_token`, `apiKey`, `X-Sig`. */
const SECRET_WORDS = new Set([
  'token',
  'key',
  'apikey',
  'sig',
  'signature',
  'hmac',
  'password',
  'passwd',
  'passphrase',
  'pass',
  'pwd',
  'secret',
  'session',
  'sessionid',
  'sessid',
  'phpsessid',
  'jsessionid',
  'sid',
  'auth',
  'authorization',
  'jwt',
  'credential',
  'credentials',
  'otp',
  'invite',
  'accesstoken',
]);

const JWT = /^eyJ[\w-]{4,}\.[\w-]+\./;
/** A hash, a UUID or the like: hexadecimal, with digits and letters. */
const HEXADECIMAL = /^(?=.*\d)(?=.*[a-f])[\da-f-]{16,}$/i;
/** Base64 or the like: long, with lower case, upper case and digits. */
const RANDOM = /^(?=.*\d)(?=.*[a-z])(?=.*[A-Z])[\w+/=.~-]{20,}$/;

/** True when a query seems to hold what its owner would not publish: VirusTotal would. */
export function looksLikeItCarriesASecret(query: URLSearchParams): boolean {
  return [...query].some(([name, value]) => isSecretName(name) || isSecretValue(value));
}

function isSecretName(name: string): boolean {
  const words = name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/);
  return words.some((word) => SECRET_WORDS.has(word));
}

function isSecretValue(value: string): boolean {
  return JWT.test(value) || HEXADECIMAL.test(value) || RANDOM.test(value);
}
