/**
 * What a field holds in a form that is shown again: what was typed. One that was left as the form
 * had it, which the hidden field `NAMEWas` says, takes the current value: to send the form again
 * then undoes nothing that others changed meanwhile.
 */
export function typedOr(
  values: Readonly<Record<string, unknown>>,
  name: string,
  current: string,
): unknown {
  const typed = values[name];
  if (typed === undefined) return current;
  const was = values[`${name}Was`];
  return was !== undefined && asText(typed) === asText(was) ? current : typed;
}

/** Browsers send two characters for every line break. */
function asText(value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll('\r\n', '\n').trim() : value;
}
