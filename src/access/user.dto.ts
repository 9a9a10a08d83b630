import { LONGEST_PASSWORD, SHORTEST_PASSWORD } from './password.rules.js';
import { IsEmail, IsIn, Length, MaxLength } from 'class-validator';
import { says } from '../web/validation.js';
import { type Role, ROLES } from './rights.js';

/** A mail address. */
export class EmailDto {
  @MaxLength(254, says('access.error.email'))
  @IsEmail({}, says('access.error.email'))
  email!: string;
}

/** A mail address and a password, for whoever sets them. */
export class CredentialsDto extends EmailDto {
  @Length(SHORTEST_PASSWORD, LONGEST_PASSWORD, says('access.error.password'))
  password!: string;
}

/** What a new user is made of. */
export class NewUserDto extends CredentialsDto {
  @IsIn(ROLES, says('access.error.role'))
  role!: Role;
}

/** Another role for a user. */
export class RoleDto {
  @IsIn(ROLES, says('access.error.role'))
  role!: Role;
}

/** Who is invited, and what the user may do then. */
export class InviteDto extends EmailDto {
  @IsIn(ROLES, says('access.error.role'))
  role!: Role;
}
