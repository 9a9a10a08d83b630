import { IsEmail, IsIn, Length, MaxLength } from 'class-validator';
import { says } from '../web/validation.js';
import { type Role, ROLES } from './rights.js';

/** A mail address and a password, for whoever sets them. */
export class CredentialsDto {
  @MaxLength(254, says('access.error.email'))
  @IsEmail({}, says('access.error.email'))
  email!: string;

  @Length(12, 200, says('access.error.password'))
  password!: string;
}

/** What a new user is made of. */
export class NewUserDto extends CredentialsDto {
  @IsIn(ROLES, says('access.error.role'))
  role!: Role;
}
