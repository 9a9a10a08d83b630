/**
 * The value of one field of a form, from a body of `application/x-www-form-urlencoded` or
 * `multipart/form-data`; null if the field, or the form, is not there.
 */
export function formField(body: Buffer, contentType: string, name: string): string | null {
  const mediaType = contentType.split(';')[0]?.trim().toLowerCase();
  if (mediaType === 'application/x-www-form-urlencoded') {
    return new URLSearchParams(body.toString('utf8')).get(name);
  }
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (mediaType !== 'multipart/form-data' || boundary === undefined) return null;
  for (const part of body.toString('utf8').split(`--${boundary}`)) {
    const [head = '', ...content] = part.split('\r\n\r\n');
    const partName = /content-disposition:[^\r\n]*\bname="?([^";\r\n]+)"?/i.exec(head)?.[1];
    if (partName === name) return content.join('\r\n\r\n').replace(/\r\n$/, '');
  }
  return null;
}
