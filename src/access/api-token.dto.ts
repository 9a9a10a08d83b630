import { IsDate, IsIn, IsOptional, Length } from 'class-validator';
import { says } from '../web/validation.js';
import { type Scope, SCOPES } from './rights.js';

/** What a new API token is made of. */
export class NewApiTokenDto {
  @Length(1, 255, says('access.error.tokenName'))
  name!: string;

  @IsIn(SCOPES, says('access.error.scope'))
  scope!: Scope;

  /** Without one the token is good until it is revoked. */
  @IsOptional()
  @IsDate(says('access.error.expiresAt'))
  expiresAt?: Date;
}
