import { type RoundFacts, SCRIPTED, siteUrl } from './facts.js';

/** Everything that a round broke, in words; empty when it held. */
export function violationsOf(facts: RoundFacts): string[] {
  return [
    ...scanned(facts),
    ...submissions(facts),
    ...alerts(facts),
    ...budget(facts),
    ...atomicity(facts),
  ];
}

function scanned({ plan, scans, tasks }: RoundFacts): string[] {
  const broken: string[] = [];
  if (scans.length !== 1) broken.push(`${scans.length} scans over all instead of one`);
  for (const scan of scans.filter(({ finishedAt }) => finishedAt === null)) {
    broken.push(`scan ${scan.id} did not end: ${JSON.stringify(scan)}`);
  }
  const byUrl = new Map(tasks.map((task) => [task.platform.url, task]));
  if (tasks.length !== plan.platforms || byUrl.size !== plan.platforms) {
    broken.push(`${tasks.length} tasks for ${plan.platforms} platforms`);
  }
  for (let number = 1; number <= plan.platforms; number += 1) {
    const task = byUrl.get(siteUrl(number));
    const isFlagged = plan.flagged.includes(number);
    if (task?.state !== 'completed') {
      broken.push(`task of site ${number}: ${JSON.stringify(task ?? 'lost')}`);
    } else if (task.flagged !== isFlagged || task.stats?.malicious !== Number(isFlagged)) {
      broken.push(`verdicts of site ${number}: ${JSON.stringify(task)}`);
    }
  }
  return broken;
}

function submissions({ plan, kills, lossesByOutage, stats }: RoundFacts): string[] {
  const counts = Object.values(stats.submissions);
  const more = counts.reduce((sum, count) => sum + count, 0) - plan.platforms;
  const broken: string[] = [];
  if (counts.length !== plan.platforms) broken.push(`${counts.length} platforms were submitted`);
  if (more > kills + lossesByOutage) {
    broken.push(
      `${more} submissions more than platforms after ${kills} kills and ${lossesByOutage} answers lost`,
    );
  }
  return broken;
}

function alerts({ plan, alerts: found }: RoundFacts): string[] {
  const broken: string[] = [];
  const expected = new Set(plan.flagged.map(siteUrl));
  const seen = new Set<string>();
  for (const alert of found) {
    const { url } = alert.platform;
    if (seen.has(url)) broken.push(`a second alert on ${url}`);
    seen.add(url);
    if (!expected.has(url)) broken.push(`an alert that nobody scripted on ${url}`);
    const flags = alert.detections.map(({ engine, category, result, state }) =>
      [engine, category, result, state].join(' '),
    );
    const scripted = [SCRIPTED.engine, SCRIPTED.category, SCRIPTED.result, 'detected'].join(' ');
    if (alert.state !== 'new' || flags.join() !== scripted) {
      broken.push(`the alert on ${url} is ${alert.state} with ${flags.join()}`);
    }
  }
  for (const url of expected) if (!seen.has(url)) broken.push(`no alert on ${url}`);
  return broken;
}

function budget({ plan, stats }: RoundFacts): string[] {
  const broken: string[] = [];
  if (stats.refusals > 0) {
    broken.push(`${stats.refusals} requests refused: ${JSON.stringify(stats.refusalsByQuota)}`);
  }
  if (stats.maxInAnySlidingMinute > plan.perMinute) {
    broken.push(`${stats.maxInAnySlidingMinute} requests in a sliding minute of ${plan.perMinute}`);
  }
  return broken;
}

function atomicity({ torn }: RoundFacts): string[] {
  return torn.flatMap(({ alertsAlone, flagsAlone }) => [
    ...(alertsAlone > 0 ? [`${alertsAlone} alerts without their verdicts`] : []),
    ...(flagsAlone > 0 ? [`${flagsAlone} flags without their alert`] : []),
  ]);
}
