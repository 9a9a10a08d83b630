import { IsIn } from 'class-validator';
import { type Language, LANGUAGES } from '../web/language.js';
import { TIME_ZONES } from '../web/time-zones.js';
import { says } from '../web/validation.js';

/** How somebody reads the pages; an empty text leaves it to the browser, and to UTC. */
export class ReaderChoiceDto {
  @IsIn([...LANGUAGES, ''], says('access.error.language'))
  language!: Language | '';

  @IsIn([...TIME_ZONES, ''], says('access.error.timeZone'))
  timeZone!: string;
}
