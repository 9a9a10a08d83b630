import { createServer } from 'node:http';

/**
 * Receivers of webhooks at /hook/N, in a process of their own: they count what they accepted, and
 * refuse some of what comes by chance. /facts answers the count.
 */
const { seed } = JSON.parse(process.argv[2] ?? '{"seed":1}');
/** Every message that was accepted: to whom, under which id, and of which alerts it told. */
const accepted = [];
let refused = 0;
let state = seed >>> 0 || 1;

/** Numbers by chance that are the same for the same seed (mulberry32). */
function chance() {
  state = (state + 0x6d2b79f5) >>> 0;
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}

function eventsOf({ type, data }) {
  return type === 'scan.digest' ? data.events.flatMap(eventsOf) : [`${type}:${data.id}`];
}

const server = createServer((request, response) => {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    if (request.url === '/facts') {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ accepted, refused }));
      return;
    }
    const luck = chance();
    if (luck < 0.25) refused += 1;
    if (luck < 0.05) request.socket.destroy();
    else if (luck < 0.1) response.writeHead(429, { 'retry-after': '3' }).end();
    else if (luck < 0.25) response.writeHead(500).end();
    else {
      const channel = Number(request.url?.split('/').at(-1));
      const body = JSON.parse(Buffer.concat(parts).toString('utf8'));
      accepted.push({ channel, id: request.headers['webhook-id'], events: eventsOf(body) });
      response.writeHead(204).end();
    }
  });
});

server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`listening ${server.address().port}\n`);
});
