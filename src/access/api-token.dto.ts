import { IsDate, IsIn, IsOptional, Matches } from 'class-validator';
import { SOMETHING_SEEN } from '../web/seen-text.rules.js';
import { says } from '../web/validation.js';
import { type Scope, SCOPES } from './rights.js';

/** Days that the form offers; an empty text is for a token that is good until it is revoked. */
export const EXPIRY_CHOICES = ['30', '90', '365', ''] as const;

// Counted in code points as MySQL counts them.
const NAME = /^[^\p{Cc}\p{Cs}]{1,255}$/u;

/** What a new API token is made of. */
export class NewApiTokenDto {
  @Matches(NAME, says('token.error.name'))
  @Matches(SOMETHING_SEEN, says('token.error.name'))
  name!: string;

  @IsIn(SCOPES, says('access.error.scope'))
  scope!: Scope;

  /** Without one the token is good until it is revoked. */
  @IsOptional()
  @IsDate(says('access.error.expiresAt'))
  expiresAt?: Date;
}

/** What the form for a new API token sends. */
export class ApiTokenFormDto {
  @Matches(NAME, says('token.error.name'))
  @Matches(SOMETHING_SEEN, says('token.error.name'))
  name!: string;

  @IsIn(SCOPES, says('access.error.scope'))
  scope!: Scope;

  @IsIn(EXPIRY_CHOICES, says('token.error.expiry'))
  expiresInDays!: (typeof EXPIRY_CHOICES)[number];
}
