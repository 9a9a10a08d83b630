import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { startWebServer, type WebServer } from '../web-server.js';

const LATE_MS = 1_200;

/** A page with one fault each; `sound` has none. */
const BODIES = {
  sound: '<h1>Sound</h1><p><a href="/sound">Nothing is wrong here</a></p>',
  unlabelled: '<h1>A field</h1><input type="text" name="q">',
  imageless: '<h1>A picture</h1><img src="/picture.svg" width="40" height="40">',
  heavy: `<h1>Heavy</h1><p hidden>${randomBytes(20_000).toString('hex')}</p>`,
  shifting:
    '<h1>Pushed about</h1><img alt="" src="/late.svg">' + '<p>Below the picture</p>'.repeat(20),
  wide: '<h1>Wide</h1><div style="width: 2000px">From here to there</div>',
  scrolled:
    '<h1>Scrolled</h1><div style="overflow-x: auto" tabindex="0"><table style="width: 2000px"><tr><td>here</td><td>there</td></tr></table></div>',
  cut: '<h1>Cut</h1><div style="overflow-x: hidden; width: 300px"><p style="width: 500px">Half of it</p></div>',
  broken:
    '<h1>Broken</h1><button class="btn" style="width: 60px; overflow-wrap: anywhere">Administrator</button>',
  clipped:
    '<h1>Clipped</h1><select aria-label="one" id="one" style="width: 90px"><option>What nobody reads to its end</option></select>',
  moving: '<h1>Moving</h1><p style="transition: opacity 0.3s">Slowly</p>',
  headless: '<h2>No first heading</h2>',
  throwing: '<h1>Throws</h1><script>throw new Error("planted")</script>',
  elsewhere: '<h1>Elsewhere</h1><img alt="" src="https://elsewhere.example/x.png">',
  missing: '<h1>Missing</h1><img alt="" src="/missing.svg">',
  late: '<link rel="stylesheet" href="/late.css"><h1>Late</h1>',
  unseen:
    '<style>a:focus { outline: none }</style><h1>Unseen</h1><a href="/sound">one</a><p><button id="goal">two</button></p>',
  trap: '<h1>Trap</h1><input aria-label="trap" onkeydown="if (event.key === \'Tab\') event.preventDefault()"><button id="goal">out</button>',
} as const;

export type PlantedPage = keyof typeof BODIES;

const PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="300"></svg>';

/** A server of pages with faults, which the checks of the browser tests have to find. */
export function startPlantedPages(): Promise<WebServer> {
  return startWebServer(async (request, response) => {
    const path = (request.url ?? '').slice(1);
    if (path.startsWith('late.')) await delay(LATE_MS);
    if (path in BODIES) {
      response.setHeader('Content-Type', 'text/html; charset=utf-8');
      response.end(pageOf(BODIES[path as PlantedPage]));
    } else if (path.endsWith('.css')) {
      response.setHeader('Content-Type', 'text/css');
      response.end('h1 { color: black }');
    } else if (path === 'late.svg' || path === 'picture.svg') {
      response.setHeader('Content-Type', 'image/svg+xml');
      response.end(PICTURE);
    } else {
      response.statusCode = 404;
      response.end();
    }
  });
}

function pageOf(body: string): string {
  return `<!doctype html><html lang="en"><head><title>Planted</title>
    <meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
    </head><body><main>${body}</main></body></html>`;
}
