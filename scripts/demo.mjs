/**
 * `npm run demo`: Oju on SQLite in data/demo, with a stand-in for VirusTotal, twelve platforms, the catalogue's
 * vendors and one scan. Stays up until Ctrl-C; with `-- --exit` it ends after the table of alerts.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { createWriteStream, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { isStopping, run, startChild, stopAllChildren, stopChild, stopOnSignal } from './child.mjs';
import { prepare, PrepareError, root } from './prepare.mjs';

const FOLDER = join(root, 'data', 'demo');
const READY_WITHIN_MS = 60_000;
const SCAN_WITHIN_MS = 180_000;
const LOG_LINES = 25;
const REQUESTS_PER_MINUTE = 240;

/** The platforms of a city that does not exist, and what engines say of those that are flagged. */
const PLATFORMS = [
  { name: 'City portal', host: 'www.example.org', owner: 'Web team' },
  { name: 'Citizen services', host: 'services.example.org', owner: 'Citizen office' },
  { name: 'Webmail', host: 'webmail.example.org', path: '/login', owner: 'IT operations' },
  {
    name: 'Public library',
    host: 'library.example.net',
    path: '/catalogue',
    owner: 'City library',
  },
  { name: 'Open data', host: 'data.example.org', owner: 'Statistics office' },
  { name: 'Job board', host: 'jobs.example.com', owner: 'Human resources' },
  { name: 'School lunch orders', host: 'lunch.example.net', owner: 'School board' },
  { name: 'Staff intranet sign-in', host: 'intranet.example.com', owner: 'IT operations' },
  {
    name: 'Event calendar',
    host: 'events.example.com',
    owner: 'Culture office',
    says: [{ engine: 'Seclookup', category: 'malicious', result: 'malicious' }],
  },
  {
    name: 'City museum shop',
    host: 'museum.example.net',
    path: '/shop',
    owner: 'City museum',
    says: [
      { engine: 'BitDefender', category: 'malicious', result: 'phishing' },
      { engine: 'ESET', category: 'malicious', result: 'phishing' },
      { engine: 'Fortinet', category: 'malicious', result: 'phishing' },
      { engine: 'G-Data', category: 'malicious', result: 'phishing' },
      { engine: 'Kaspersky', category: 'malicious', result: 'phishing' },
      { engine: 'Sophos', category: 'malicious', result: 'malware' },
      { engine: 'alphaMountain.ai', category: 'suspicious', result: 'suspicious' },
    ],
  },
  {
    name: 'Parking permits',
    host: 'parking.example.org',
    owner: 'Traffic office',
    says: [{ engine: 'CRDF', category: 'suspicious', result: 'suspicious' }],
  },
  {
    name: 'Swimming pool bookings',
    host: 'pools.example.com',
    owner: 'Sports office',
    // No vendor of this name is in the catalogue.
    says: [
      { engine: 'Harbour Web Shield', category: 'malicious', result: 'malware' },
      { engine: 'Netcraft', category: 'malicious', result: 'malicious' },
    ],
  },
];

const WORDS =
  'amber anchor apple autumn birch bridge candle canyon cedar clover copper coral ember falcon feather fern forest garden ginger harbor hazel island ivory juniper lantern lemon maple marble meadow mellow mint morning nutmeg oak olive orchard pebble pepper pine plum prairie quartz river saffron sage silver spruce summer sunset thistle timber tulip valley velvet violet walnut willow winter'.split(
    ' ',
  );

const logLines = [];
let app;
let isUp = false;

class DemoError extends Error {}

async function main() {
  await prepare('demo');
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });

  const apiKey = randomBytes(32).toString('hex');
  const admin = { email: 'admin@example.com', password: readablePassword() };
  const standInUrl = await startStandIn(apiKey);
  const port = await freePort(3000);
  const address = `http://127.0.0.1:${port}`;
  const env = {
    ...bareEnvironment(),
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    PORT: String(port),
    DATABASE_URL: 'sqlite:./data/demo/oju.sqlite',
    OJU_ADMIN_EMAIL: admin.email,
    OJU_ADMIN_PASSWORD: admin.password,
    VIRUSTOTAL_BASE_URL: standInUrl,
    LOG_FORMAT: 'pretty',
    NO_COLOR: '1',
  };
  await startApp(env, address);
  const api = await signInToApi(env, address);

  const vendors = await addVendors(api);
  await addPlatforms(api);
  console.log(`Added ${vendors} vendors and ${PLATFORMS.length} platforms.`);
  const scan = await startScan(api, apiKey);
  const finished = await followScan(api, scan);
  await printAlerts(api, finished);

  if (process.argv.includes('--exit')) return;
  isUp = true;
  console.log(`\nOju is at ${address}`);
  console.log(`Sign in as ${admin.email} with the password ${admin.password}`);
  console.log('Ctrl-C ends it.');
  await app.exited;
  throw new DemoError('The application ended by itself.');
}

async function startStandIn(apiKey) {
  const options = {
    apiKeys: [
      {
        key: apiKey,
        user: 'example-city',
        perMinute: REQUESTS_PER_MINUTE,
        perDay: 20_000,
        perMonth: 500_000,
      },
    ],
    latencyMs: 80,
    seed: randomInt(1, 1_000_000),
    // 3 to 12 s an analysis.
    analysis: { meanSec: 7.5, jitter: 0.6, slowShare: 0 },
    verdicts: Object.fromEntries(
      PLATFORMS.filter(({ says }) => says !== undefined).map((platform) => [
        urlOf(platform),
        [platform.says],
      ]),
    ),
  };
  const script = join(root, 'dist', 'test', 'support', 'virustotal-stand-in', 'main.js');
  const standIn = startChild(process.execPath, [script, JSON.stringify(options)], { cwd: root });
  standIn.child.stderr.on('data', keepLog);
  const line = await Promise.race([
    new Promise((resolve) => standIn.child.stdout.once('data', (data) => resolve(String(data)))),
    standIn.exited.then(() => {
      throw new DemoError('The stand-in for VirusTotal did not start.');
    }),
  ]);
  return `${JSON.parse(line).url}/api/v3`;
}

async function startApp(env, address) {
  console.log('Starting Oju …');
  const log = createWriteStream(join(FOLDER, 'oju.log'));
  app = startChild(process.execPath, ['dist/src/main.js'], { cwd: root, env });
  for (const stream of [app.child.stdout, app.child.stderr]) {
    stream.on('data', (data) => {
      log.write(data);
      keepLog(data);
    });
  }
  let ended = false;
  void app.exited.then(() => (ended = true));
  const deadline = performance.now() + READY_WITHIN_MS;
  while (!(await answersWell(`${address}/health/ready`))) {
    if (ended) throw new DemoError('The application did not start.');
    if (performance.now() > deadline) {
      throw new DemoError(`The application was not ready within ${READY_WITHIN_MS / 1000} s.`);
    }
    await pause(100);
  }
}

/** An API token by the `oju` command, and the function that calls the JSON API with it. */
async function signInToApi(env, address) {
  const args = ['dist/src/cli.js', 'token', 'create', '--name', 'demo', '--scope', 'admin'];
  const { code, output } = await run(process.execPath, args, { cwd: root, env });
  const token = output.trim().split('\n').at(-1);
  if (code !== 0 || !/^oju_\S+$/.test(token)) throw new DemoError(`No API token:\n${output}`);

  return async function call(method, path, body, accepted = []) {
    const answer = await fetch(`${address}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(30_000),
    }).catch((error) => {
      throw new DemoError(`${method} /api/v1${path}: ${error.cause?.message ?? error.message}`);
    });
    if (answer.status === 429) {
      await pause(1000 * Number(answer.headers.get('retry-after') ?? 1));
      return call(method, path, body, accepted);
    }
    const text = await answer.text();
    if (!answer.ok && !accepted.includes(answer.status)) {
      throw new DemoError(`${method} /api/v1${path} was answered ${answer.status}:\n${text}`);
    }
    return { status: answer.status, ...(text === '' ? {} : JSON.parse(text)) };
  };
}

async function addVendors(api) {
  const [header, ...rows] = parseCsv(readFileSync(join(root, 'src/vendor/catalogue.csv'), 'utf8'));
  const vendors = rows.map((row) =>
    Object.fromEntries(header.map((name, index) => [name, row[index]])),
  );
  for (const { name, contact, false_positive_url: page, comments } of vendors) {
    const contacts = [contact, page].filter((part) => part !== '').join('; ');
    await api('POST', '/vendors', { name, contact: contacts, comments });
  }
  return vendors.length;
}

async function addPlatforms(api) {
  for (const platform of PLATFORMS) {
    await api('POST', '/platforms', {
      name: platform.name,
      url: urlOf(platform),
      ownerName: platform.owner,
      ownerEmail: `${platform.owner.toLowerCase().replaceAll(' ', '.')}@example.org`,
    });
  }
}

async function startScan(api, apiKey) {
  await api('PUT', '/integrations/virustotal', {
    apiKey,
    active: true,
    scanFrequencyDays: 1,
    requestsPerMinute: REQUESTS_PER_MINUTE,
    requestsPerDay: 20_000,
    requestsPerMonth: 500_000,
  });
  // Activation starts the overdue first scan by itself; 409 says that it was quicker than this.
  const started = await api('POST', '/scans', {}, [409]);
  return started.status === 409 ? (await api('GET', '/scans/latest')).data : started.data;
}

async function followScan(api, { id }) {
  console.log(
    'Scanning: each platform is submitted, and asked for once its analysis is likely done.',
  );
  const started = performance.now();
  let shown = '';
  for (;;) {
    const { data: scan } = await api('GET', `/scans/${id}`);
    const seconds = Math.round((performance.now() - started) / 1000);
    shown = showProgress(scan, seconds, shown);
    if (['completed', 'completed_with_errors', 'cancelled'].includes(scan.state)) {
      if (process.stdout.isTTY) process.stdout.write('\n');
      if (scan.state === 'completed') return { ...scan, seconds };
      throw new DemoError(`The scan ended ${scan.state}: ${JSON.stringify(scan)}`);
    }
    if (performance.now() - started > SCAN_WITHIN_MS) {
      throw new DemoError(
        `The scan did not end within ${SCAN_WITHIN_MS / 1000} s: ${JSON.stringify(scan)}`,
      );
    }
    await pause(250);
  }
}

/** Redraws the bar on a terminal; elsewhere prints a line when something changed. */
function showProgress({ counts, state, reason }, seconds, shown) {
  const width = 36;
  const share = (count) => Math.round((width * count) / Math.max(1, counts.total));
  const done = counts.completed + counts.failed + counts.skipped;
  const bar = '█'
    .repeat(share(done))
    .padEnd(share(done + counts.submitted), '▒')
    .padEnd(width, '░');
  const wait = state === 'waiting' && reason ? `, waits: ${reason}` : '';
  const figures = `${done} of ${counts.total} scanned, ${counts.submitted} at VirusTotal, ${counts.flagged} flagged${wait}`;
  if (process.stdout.isTTY) {
    const line = `${bar} ${figures}, ${seconds} s`;
    process.stdout.write(
      `\r\x1b[2K${line.slice(0, Math.max(20, (process.stdout.columns ?? 120) - 1))}`,
    );
  } else if (figures !== shown) {
    console.log(`${bar} ${figures}, ${seconds} s`);
  }
  return figures;
}

async function printAlerts(api, scan) {
  const { data: alerts } = await api('GET', '/alerts?limit=200');
  const requests = `${scan.requestsUsed} requests`;
  console.log(`Scanned ${scan.counts.total} platforms in ${scan.seconds} s with ${requests}.\n`);
  if (alerts.length === 0) throw new DemoError('The scan raised no alert, and it should have.');
  const rows = [['Platform', 'Severity', 'Engine', 'Result', 'Whom to contact']];
  for (const alert of alerts) {
    alert.detections.forEach(({ engine, result, category, vendor }, index) => {
      const contacts =
        vendor === null ? ['no vendor yet'] : (vendor.contact || 'no contact yet').split('; ');
      contacts.forEach((contact, line) => {
        const ofAlert =
          index === 0 && line === 0 ? [alert.platform.name, alert.severity] : ['', ''];
        rows.push([...ofAlert, ...(line === 0 ? [engine, result ?? category] : ['', '']), contact]);
      });
    });
  }
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const lineOf = (cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column]))
      .join('  ')
      .trimEnd();
  const rule = lineOf(widths.map((width) => '─'.repeat(width)));
  rows.forEach((row, index) => {
    if (index > 0 && row[0] !== '') console.log(rule);
    console.log(lineOf(row));
  });
}

function urlOf({ host, path = '/' }) {
  return `https://${host}${path}`;
}

/** Fields in double quotes may hold commas, line ends and doubled quotes. */
function parseCsv(text) {
  const rows = [[]];
  for (const [, quoted, plain, end] of text.matchAll(
    /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g,
  )) {
    rows.at(-1).push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end !== ',') rows.push([]);
  }
  return rows.filter((row) => row.length > 1);
}

/** The environment without what configures Oju, and without a proxy between it and the stand-in. */
function bareEnvironment() {
  const left =
    /^(OJU_|DATABASE_URL$|REDIS_URL$|VIRUSTOTAL_|SMTP_URL$|MAIL_FROM$|TRUST_PROXY$|LOG_|https?_proxy$)/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !left.test(name)));
}

function readablePassword() {
  const word = () => WORDS[randomInt(WORDS.length)];
  return `${word()}-${word()}-${word()}-${randomInt(1000, 10_000)}`;
}

async function freePort(preferred) {
  const tryPort = (port) =>
    new Promise((resolve) => {
      const probe = createServer();
      probe.once('error', () => resolve(undefined));
      probe.listen(port, '127.0.0.1', () => {
        const { port: found } = probe.address();
        probe.close(() => resolve(found));
      });
    });
  return (await tryPort(preferred)) ?? (await tryPort(0));
}

async function answersWell(url) {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}

function keepLog(data) {
  logLines.push(
    ...String(data)
      .split('\n')
      .filter((line) => line.trim() !== ''),
  );
  logLines.splice(0, logLines.length - LOG_LINES);
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

stopOnSignal(async () => {
  if (process.stdout.isTTY) process.stdout.write('\n');
  if (app !== undefined) await stopChild(app);
  return isUp ? 0 : undefined;
});
let exitCode = 0;
try {
  await main();
} catch (error) {
  if (isStopping()) await new Promise(() => undefined); // the signal's handler ends this process
  exitCode = 1;
  const isOurs = error instanceof DemoError || error instanceof PrepareError;
  console.error(`\nThe demo failed: ${isOurs ? error.message : error.stack}`);
  if (logLines.length > 0) console.error(`\nThe last lines of the log:\n${logLines.join('\n')}`);
} finally {
  if (app !== undefined) await stopChild(app);
  await stopAllChildren();
}
process.exit(exitCode);
