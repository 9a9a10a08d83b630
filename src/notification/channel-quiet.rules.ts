import { ValidationFailed } from '../web/domain-error.js';
import type { QuietHours } from './quiet-hours.rules.js';

/** What is wrong with quiet hours taken together; null when they are hours, or none. */
export function quietComplaint({ quietFrom, quietTo }: QuietHours): ValidationFailed | null {
  if ((quietFrom === null) !== (quietTo === null)) {
    const field = quietFrom === null ? 'quietFrom' : 'quietTo';
    return new ValidationFailed([{ field, message: 'channel.error.quietBoth' }]);
  }
  if (quietFrom !== null && quietFrom === quietTo) {
    return new ValidationFailed([{ field: 'quietTo', message: 'channel.error.quietSame' }]);
  }
  return null;
}
