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
