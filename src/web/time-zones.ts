/** The time zones to choose from, by their IANA names; those that are but another's name are left out. */
export const TIME_ZONES: readonly string[] = ['UTC', ...Intl.supportedValuesOf('timeZone')];
