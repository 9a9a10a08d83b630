const FIELDS = ['name', 'contact', 'comments'] as const;

/**
 * A posted vendor form as the JSON body that means the same. A field that the form did not send is
 * left out; nothing is trimmed, since white space at a name's ends is refused and not mended.
 */
export function vendorFromForm(form: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    FIELDS.filter((field) => form[field] !== undefined).map((field) => {
      const value = form[field];
      // Browsers send two characters for every line break, which would count as two.
      return [field, typeof value === 'string' ? value.replaceAll('\r\n', '\n') : value];
    }),
  );
}
