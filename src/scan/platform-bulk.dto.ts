import { Transform } from 'class-transformer';
import { IsInt, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { chosenOf } from '../vendor/chosen.rules.js';
import { ValidationFailed } from '../web/domain-error.js';
import { readId } from '../web/ids.js';
import { says, validateDto } from '../web/validation.js';
import { PLATFORM_ACTIONS, type PlatformAction } from './platform-bulk.rules.js';
import { MAX_NAMED_PLATFORMS } from './scan.service.js';

/** As many as a page of the list shows at most. */
const MOST_CHOSEN = 200;

/** What a form that does something with several platforms asks for. */
export interface PlatformBulkForm {
  ids: number[];
  action: PlatformAction;
  /** Empty for an action that takes none. */
  tag: string;
}

/** Which platforms are asked about before they are archived. */
export class ArchiveQuery {
  @Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' ? idsIn(value.split(',')) : value,
  )
  @IsInt({ ...says('platform.bulk.error.none'), each: true })
  platforms!: number[];

  /** The query of the list that it is asked from. */
  @IsOptional()
  @IsString(says('platform.bulk.error.none'))
  @MaxLength(4000, says('platform.bulk.error.none'))
  back?: string;
}

class TagDto {
  @Matches(/^[^,\p{Cc}\p{Cs}]{1,50}$/u, says('platform.bulk.error.tag'))
  tag!: string;
}

/**
 * Reads the form: `platforms` holds the id of each that is ticked.
 * @throws ValidationFailed that names each bad field
 */
export function platformBulk(form: Record<string, unknown>): PlatformBulkForm {
  const ids = idsIn(form.platforms);
  const action = PLATFORM_ACTIONS.find((one) => one === form.action);
  if (!action)
    throw new ValidationFailed([{ field: 'action', message: 'platform.bulk.error.action' }]);
  if (action === 'scan' && ids.length > MAX_NAMED_PLATFORMS) {
    const params = { max: MAX_NAMED_PLATFORMS };
    const message = 'platform.bulk.error.tooManyToScan';
    throw new ValidationFailed([{ field: 'platforms', message, params }]);
  }
  if (action !== 'addTag' && action !== 'removeTag') return { ids, action, tag: '' };
  const typed = typeof form.tag === 'string' ? form.tag.trim() : form.tag;
  return { ids, action, tag: validateDto(TagDto, { tag: typed }).tag };
}

/**
 * The ids of those that are chosen, each once.
 * @param chosen what a form sent of its boxes
 * @throws ValidationFailed when it is none, or more than a list shows
 */
function idsIn(chosen: unknown): number[] {
  const ids = [...new Set(chosenOf(chosen).flatMap((text) => readId(text) ?? []))];
  if (ids.length === 0 || ids.length > MOST_CHOSEN) {
    throw new ValidationFailed([{ field: 'platforms', message: 'platform.bulk.error.none' }]);
  }
  return ids;
}
