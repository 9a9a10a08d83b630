import { ValidateBy } from 'class-validator';
import { says } from '../../web/validation.js';

const LONGEST = 2048;

/** An http or https address without a user name or password in it. */
export const IsHookUrl = ValidateBy({
  name: 'hookUrl',
  validator: {
    validate: (value: unknown) => typeof value === 'string' && isHookUrl(value),
    defaultMessage: () => says('channel.error.url').message,
  },
});

function isHookUrl(text: string): boolean {
  if (text.length > LONGEST || !URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  const isWeb = protocol === 'https:' || protocol === 'http:';
  // What URL takes away in silence would not be what is shown.
  return isWeb && username === '' && password === '' && /^[\x21-\x7e]+$/.test(text);
}
