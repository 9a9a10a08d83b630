/** How bad an alert is. */
export type Severity = 'critical' | 'high' | 'medium' | 'low';

/** Every severity, the worst first. */
export const SEVERITIES: readonly Severity[] = ['critical', 'high', 'medium', 'low'];

/** True when a severity is the other, or worse. */
export function isAtLeast(severity: Severity, least: Severity): boolean {
  return SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(least);
}
