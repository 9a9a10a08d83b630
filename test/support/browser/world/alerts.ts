import type { AlertView } from '../../../../src/alert/alert.view.js';
import type { ApiClient } from '../../app.js';
import type { PastScans, ToldPlatform } from './past-scans.js';

/** The alerts of the told platforms, and what people did about some. */
export interface ToldAlerts {
  /** The newest of each platform that has one, by id. */
  ids: Partial<Record<ToldPlatform, string>>;
  /** A detection whose vendor was asked. */
  disputedId: string;
}

export async function workAlerts(api: ApiClient, { platforms }: PastScans): Promise<ToldAlerts> {
  const { body } = await api.get('/alerts?limit=200').expect(200);
  const all = (body as { data: AlertView[] }).data;
  const alertOf = (key: ToldPlatform) =>
    all.find(({ platform }) => platform.id === String(platforms[key].id));
  const needed = (key: ToldPlatform) => {
    const alert = alertOf(key);
    if (!alert) throw new Error(`${key} has no alert`);
    return alert;
  };

  const worked = needed('worked').id;
  const note = 'The owner says that the start page was changed last week.\nWe look at it.';
  await api
    .patch(`/alerts/${worked}`, { state: 'in_progress', assignee: 'ada@example.org', note })
    .expect(200);
  await api.post(`/alerts/${worked}/comments`, { text: 'A long comment. '.repeat(60) }).expect(201);
  await api.patch(`/alerts/${needed('wrong').id}`, { state: 'false_positive' }).expect(200);

  const disputed = needed('disputed');
  const [first, second] = disputed.detections;
  const path = (id = '') => `/alerts/${disputed.id}/detections/${id}/dispute`;
  await api
    .put(path(first?.id), {
      state: 'reported',
      contact: 'false-positives@vendor.example',
      reference: 'FP-2026-001',
      followUpOn: new Date().toISOString().slice(0, 10),
    })
    .expect(200);
  await api
    .put(path(second?.id), { state: 'reported', contact: 'https://vendor.example/form' })
    .expect(200);
  await api.put(path(second?.id), { state: 'rejected' }).expect(200);

  const keys = Object.keys(platforms) as ToldPlatform[];
  const ids = Object.fromEntries(keys.map((key) => [key, alertOf(key)?.id]));
  return { ids, disputedId: first?.id ?? '' };
}
