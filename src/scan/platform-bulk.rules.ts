/** What may be done with several platforms at once. */
export const PLATFORM_ACTIONS = [
  'scan',
  'activate',
  'deactivate',
  'addTag',
  'removeTag',
  'archive',
] as const;
export type PlatformAction = (typeof PLATFORM_ACTIONS)[number];

/** Those that change what is kept of a platform itself. */
export type PlatformFieldsAction = Exclude<PlatformAction, 'scan' | 'archive'>;

/** What is looked at of a platform, and changed. */
interface Fields {
  isActive: boolean;
  tags: readonly string[];
}

/**
 * What an action changes of a platform, by the names of its form.
 * @param tag exactly as it is kept; of the actions on tags alone
 * @returns null when the platform is like that already
 */
export function fieldChanges(
  { isActive, tags }: Fields,
  action: PlatformFieldsAction,
  tag: string,
): { active?: boolean; tags?: string[] } | null {
  switch (action) {
    case 'activate':
      return isActive ? null : { active: true };
    case 'deactivate':
      return isActive ? { active: false } : null;
    case 'addTag':
      return tags.includes(tag) ? null : { tags: [...tags, tag] };
    case 'removeTag':
      return tags.includes(tag) ? { tags: tags.filter((one) => one !== tag) } : null;
  }
}
