import { SOMETHING_SEEN } from '../web/seen-text.rules.js';
import type { StringKey } from '../web/strings/string-key.js';

const UNHOLDABLE = /[\p{Cc}\p{Cs}]/u;

/**
 * Why a text cannot be a vendor's name, or null. A name is kept and compared exactly as given: no
 * case, accent or Unicode form is changed, since only the very name that VirusTotal returns matches.
 */
export function vendorNameComplaint(name: string): StringKey | null {
  if (name.trim() === '' || isUnseen(name)) return 'vendor.error.nameEmpty';
  // MySQL takes no notice of spaces at the end when it compares, SQLite does.
  if (name !== name.trim()) return 'vendor.error.nameSpace';
  if (UNHOLDABLE.test(name)) return 'vendor.error.nameControl';
  return isTooLong(name) ? 'vendor.error.nameLength' : null;
}

/** True for an engine name that can be kept; a vendor's rules are stricter. */
export function isEngineName(name: string): boolean {
  return name !== '' && !UNHOLDABLE.test(name) && !isTooLong(name);
}

function isUnseen(name: string): boolean {
  return !SOMETHING_SEEN.test(name) && !UNHOLDABLE.test(name);
}

/** In code points, as the columns count. */
function isTooLong(name: string): boolean {
  return !/^.{0,255}$/su.test(name);
}
