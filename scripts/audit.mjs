import { run } from './child.mjs';

const ARGS = [
  'audit',
  '--omit=dev',
  '--json',
  '--silent',
  '--fetch-retries=0',
  '--fetch-timeout=15000',
];
const GRAVE = ['high', 'critical'];

/**
 * What is known against the packages that Oju runs with. A finding of high or critical fails. Where the registry does
 * not answer (no network, or a mirror without this endpoint) nothing is known, of which the code is not guilty: that is
 * skipped, in CI too, and loudly.
 */
export async function auditRunTime(root, env) {
  const { output } = await run('npm', ARGS, { cwd: root, env });
  const report = parse(output);
  const counts = report?.metadata?.vulnerabilities;
  if (counts === undefined) return skipped(report?.message ?? output.trim().split('\n').at(-1));
  const grave = Object.values(report.vulnerabilities ?? {}).filter(({ severity }) =>
    GRAVE.includes(severity),
  );
  const lines = grave.map(({ name, severity, range }) => `${severity}: ${name} ${range}`);
  const isFound = GRAVE.some((severity) => counts[severity] > 0);
  return { passed: isFound ? 0 : 1, failed: isFound ? 1 : 0, skipped: 0, output: lines.join('\n') };
}

function skipped(reason) {
  const line = '!'.repeat(78);
  console.log(`${line}\n!! npm audit is SKIPPED, the registry did not answer: ${reason}\n${line}`);
  return { passed: 0, failed: 0, skipped: 1, output: '' };
}

function parse(output) {
  try {
    return JSON.parse(output.slice(output.indexOf('{'), output.lastIndexOf('}') + 1));
  } catch {
    return undefined;
  }
}
