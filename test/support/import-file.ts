import request from 'supertest';
import type { ApiClient, TestApp } from './app.js';

/** Sends a file to be imported, as a program would. */
export function sendFile(
  app: TestApp,
  api: ApiClient,
  path: '/vendors/import' | '/platforms/import',
  file: string | Buffer,
  { type = 'text/csv', dryRun = false } = {},
) {
  return request(app.http)
    .post(`/api/v1${path}`)
    .query(dryRun ? { dryRun: 'true' } : {})
    .set('Authorization', `Bearer ${api.token}`)
    .set('Content-Type', type)
    .send(file);
}

/** A file of vendors that is written in several batches: `V0`, `V1` and so on, each with contact `x`. */
export function largeFile(rows: number): string {
  return ['name,contact', ...Array.from({ length: rows }, (_, nth) => `V${nth},x`), ''].join('\n');
}
