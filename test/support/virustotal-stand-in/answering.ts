import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';

import type { Timers } from './clock.js';
import { codeForStatus, messageOfCode, type ApiAnswer } from './errors.js';
import type { AnswerFault } from './faults.js';

const OVERSIZE_BYTES = 8 * 1024 * 1024 + 64 * 1024;

/** An answer as its bytes go out. */
interface RawAnswer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

/** Sends an answer with the headers recorded in 2026; no quota header among them. */
export function sendAnswer(req: IncomingMessage, res: ServerResponse, answer: ApiAnswer): void {
  sendRaw(res, rawOf(req, answer));
}

/** Plays a fault; `answer` is what would have been sent, null if the request was not processed. */
export function playFault(
  fault: AnswerFault,
  req: IncomingMessage,
  res: ServerResponse,
  answer: ApiAnswer | null,
  timers: Timers,
): void {
  const whole = rawOf(req, answer ?? { status: 200, body: { data: {} } });
  switch (fault.kind) {
    case 'reset':
    case 'reset-after-accept':
      resetSocket(req);
      return;
    case 'hang-headers':
      return;
    case 'hang-body':
      sendHalf(res, whole);
      return;
    case 'truncated':
      sendHalf(res, whole, () => {
        req.socket.destroy();
      });
      return;
    case 'slow-body':
      trickle(res, whole, fault.bytes ?? 16, fault.everyMs ?? 50, timers);
      return;
    case 'delay':
      timers.after(fault.ms, () => {
        sendRaw(res, whole);
      });
      return;
    case 'oversize':
      sendOversize(res, fault.bytes ?? OVERSIZE_BYTES, fault.declared ?? false);
      return;
    case 'html-200':
      sendRaw(res, html(200, '<title>VirusTotal</title><p>Temporarily unavailable.'));
      return;
    case 'html-429':
      sendRaw(res, html(429, '<title>429</title>429 Too Many Requests'));
      return;
    case 'html-502':
      sendRaw(res, html(502, '<title>502</title>502 Bad Gateway'));
      return;
    case 'json-null':
      sendRaw(res, verbatim('null', 200));
      return;
    case 'json-array':
      sendRaw(res, verbatim('[]', 200));
      return;
    case 'status': {
      const code = fault.code ?? codeForStatus(fault.status);
      const message = fault.message ?? messageOfCode(code) ?? code;
      const body = { error: { code, message } };
      const raw = rawOf(req, { status: fault.status, body, headers: fault.headers ?? {} });
      sendRaw(res, raw);
      return;
    }
    case 'body':
      sendRaw(res, verbatim(fault.body, fault.status ?? 200, fault.headers));
      return;
  }
}

function rawOf(req: IncomingMessage, answer: ApiAnswer): RawAnswer {
  const json = Buffer.from(JSON.stringify(answer.body, null, 4));
  // The front end compresses only for an agent that says gzip itself, and not the errors.
  const asked =
    /\bgzip\b/.test(req.headers['accept-encoding'] ?? '') &&
    (req.headers['user-agent'] ?? '').includes('gzip');
  const compressed = asked && answer.status === 200;
  return {
    status: answer.status,
    headers: {
      ...usualHeaders('application/json'),
      ...(compressed ? { 'content-encoding': 'gzip' } : {}),
      ...answer.headers,
    },
    body: compressed ? gzipSync(json) : json,
  };
}

function verbatim(body: string, status: number, headers?: Record<string, string>): RawAnswer {
  const all = { ...usualHeaders('application/json'), ...headers };
  return { status, headers: all, body: Buffer.from(body) };
}

function html(status: number, content: string): RawAnswer {
  const body = Buffer.from(`<!doctype html><html>${content}</html>`);
  return { status, headers: usualHeaders('text/html; charset=UTF-8'), body };
}

function usualHeaders(contentType: string): Record<string, string> {
  return {
    'content-type': contentType,
    vary: 'Accept-Encoding',
    'x-cloud-trace-context': randomBytes(16).toString('hex'),
    server: 'Google Frontend',
    via: '1.1 google',
    'alt-svc': 'h3=":443"; ma=2592000',
  };
}

function sendRaw(res: ServerResponse, { status, headers, body }: RawAnswer): void {
  res.writeHead(status, { ...headers, 'content-length': body.length });
  res.end(body);
}

function sendHalf(
  res: ServerResponse,
  { status, headers, body }: RawAnswer,
  then?: () => void,
): void {
  res.writeHead(status, { ...headers, 'content-length': body.length });
  res.write(body.subarray(0, Math.ceil(body.length / 2)), then);
}

function trickle(
  res: ServerResponse,
  { status, headers, body }: RawAnswer,
  bytes: number,
  everyMs: number,
  timers: Timers,
): void {
  res.writeHead(status, { ...headers, 'content-length': body.length });
  const sendFrom = (offset: number): void => {
    if (res.destroyed) return;
    if (offset + bytes >= body.length) {
      res.end(body.subarray(offset));
      return;
    }
    res.write(body.subarray(offset, offset + bytes));
    timers.after(everyMs, () => {
      sendFrom(offset + bytes);
    });
  };
  sendFrom(0);
}

function sendOversize(res: ServerResponse, bytes: number, declared: boolean): void {
  const [start, end] = ['{"data":{"padding":"', '"}}'];
  const padding = 'x'.repeat(Math.max(0, bytes - start.length - end.length));
  const body = Buffer.from(start + padding + end);
  const length = declared ? { 'content-length': body.length } : {};
  res.writeHead(200, { ...usualHeaders('application/json'), ...length });
  // Chunked framing needs a first write of its own: end(body) alone would declare the length.
  res.write(body.subarray(0, 1024));
  res.end(body.subarray(1024));
}

function resetSocket(req: IncomingMessage): void {
  // A RST instead of an orderly FIN, as a client sees it when a front end dies.
  req.socket.resetAndDestroy();
}
