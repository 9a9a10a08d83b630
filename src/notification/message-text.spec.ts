import { simpleParser } from 'mailparser';
import { emailBody } from './kinds/email/email-body.js';
import { slackBody, slackText } from './kinds/slack/slack-body.js';
import { messageText } from './message-text.js';
import type { EventType, Message } from './message.js';
import { oneLine } from './one-line.rules.js';

const BASE = 'https://oju.example.org';
const HOSTILE =
  '<script>alert(1)</script>\r\nBcc: eve@example.net\r\n\r\n<!channel> @channel @here [free](https://evil.example) ![x](https://evil.example/p.png) `code` *bold* \u202egnp.exe {{t "app.name"}} $t(app.name)';

function detection(index: number, result: string | null = 'phishing', state = 'detected') {
  const vendor = { id: '1', name: 'ESET', contact: `fp${index}@example.com`, comments: '' };
  return { engine: `Engine ${index}`, category: 'malicious', result, state, vendor };
}

function alert(more: object = {}) {
  return {
    id: '12',
    version: 1,
    platform: { id: '3', name: 'Main site', url: 'https://www.example.org/a?b=1&c=2' },
    state: 'new',
    severity: 'high',
    reason: null,
    assignee: null,
    openedAt: '2026-03-02T09:00:00.000Z',
    detections: [detection(1), detection(2, 'malicious'), detection(3, null, 'cleared')],
    ...more,
  };
}

function message(type: EventType, data: object, more: Partial<Message> = {}): Message {
  const timestamp = new Date('2026-03-02T09:00:00.000Z');
  return {
    id: 'msg_1',
    type,
    timestamp,
    severity: null,
    data,
    isReminder: false,
    recipient: '',
    ...more,
  };
}

const digest = (count: number) =>
  message('scan.digest', {
    events: Array.from({ length: count }, (_, index) => ({
      type: index === 1 ? 'alert.opened' : 'alert.resolved',
      timestamp: '2026-03-02T09:00:00.000Z',
      data: alert(index === 1 ? {} : { state: 'resolved', reason: 'cleared' }),
    })),
  });

describe('what a message says', () => {
  it.each<[EventType, object, string, string]>([
    ['alert.opened', alert(), 'High: Main site is flagged by 2 engines', '/alerts/12'],
    ['alert.updated', alert(), 'High: Main site is now flagged by 2 engines', '/alerts/12'],
    [
      'alert.resolved',
      alert({ state: 'resolved', reason: 'cleared' }),
      'Main site is settled: Resolved (Cleared by the engines)',
      '/alerts/12',
    ],
    ['scan.failed', { id: '7' }, 'Scan 7 failed: no platform could be scanned', '/scans/7'],
    ['scan.overdue', { id: '7' }, 'Scanning is overdue', '/status'],
    [
      'integration.key_rejected',
      { key: 'virustotal', lastError: 'Wrong API key' },
      'VirusTotal rejects the API key',
      '/config/integrations',
    ],
    ['budget.short', {}, 'The requests of the VirusTotal key run short', '/config/integrations'],
    ['dispute.due', { alert: alert() }, 'High: A dispute about Main site is due', '/alerts/12'],
    ['channel.test', {}, 'A test from Oju: this channel works', '/config/notifications'],
  ])('of %s is in words', (type, data, title, path) => {
    const text = messageText(message(type, data), BASE);
    expect(text.title).toBe(title);
    expect(text.items.map(({ href }) => href)).toEqual([BASE + path]);
  });

  it('names the engines that count, what they say and whom to write to', () => {
    const [item] = messageText(message('alert.opened', alert()), BASE).items;
    expect(item?.lines).toEqual([
      'Engine 1: malicious (phishing), contact: fp1@example.com',
      'Engine 2: malicious, contact: fp2@example.com',
    ]);
    expect(item?.facts).toContainEqual({ label: 'Open since', value: '2026-03-02 09:00 UTC' });
  });

  it('of a due dispute names whom was asked, when, where and under which reference', () => {
    const dispute = {
      state: 'reported',
      reportedAt: '2026-02-20T08:30:00.000Z',
      contact: 'fp@example.com\nBcc: eve@example.net',
      reference: 'T-17',
      followUpOn: '2026-03-02',
    };
    const about = { alert: alert(), detection: { ...detection(1), dispute }, dispute };
    const [item] = messageText(message('dispute.due', about), BASE).items;
    expect(item?.headline).toBe('The dispute with Engine 1 about Main site is due');
    expect(item?.lines).toEqual(['Engine 1: malicious (phishing), contact: fp1@example.com']);
    expect(item?.facts).toEqual(
      expect.arrayContaining([
        { label: 'Asked', value: '2026-02-20 08:30 UTC' },
        { label: 'By way of', value: 'fp@example.com Bcc: eve@example.net' },
        { label: 'Reference', value: 'T-17' },
        { label: 'Follow up on', value: '2026-03-02' },
      ]),
    );
    expect(item?.href).toBe(`${BASE}/alerts/12`);
  });

  it('is bounded: engines and changes beyond the bound are counted', () => {
    const detections = Array.from({ length: 40 }, (_, index) => detection(index));
    const [item] = messageText(message('alert.opened', alert({ detections })), BASE).items;
    expect([item?.lines.length, item?.moreLines]).toEqual([15, 25]);
    const told = messageText(digest(25), BASE);
    expect([told.title, told.items.length, told.omitted]).toEqual(['High: 25 changes', 20, 5]);
    expect(told.items[0]?.headline).toBe('Main site is flagged by 2 engines');
  });

  it('says of a reminder that it is one', () => {
    const text = messageText(message('alert.opened', alert(), { isReminder: true }), BASE);
    expect(text.title).toBe('Reminder: High: Main site is still flagged by 2 engines');
    expect(emailBody(text, { baseUrl: BASE, isToOwner: false }).text).toContain(
      'This is a reminder',
    );
    expect(slackBody(text).text).toContain('This is a reminder');
  });

  it('says of each part of a digest whether it is a reminder', () => {
    const events = [
      { type: 'alert.updated', data: alert({ reminder: true }) },
      { type: 'alert.updated', data: alert({ platform: { name: 'Shop' } }) },
    ];
    const text = messageText(message('scan.digest', { events }), BASE);
    const headlines = [
      'Reminder: Main site is still flagged by 2 engines',
      'Shop is now flagged by 2 engines',
    ];
    expect(text.title).toBe('High: 2 changes');
    expect(text.items.map(({ headline }) => headline)).toEqual(headlines);
    const { text: mail, html } = emailBody(text, { baseUrl: BASE, isToOwner: false });
    const slack = JSON.stringify(slackBody(text));
    for (const body of [mail, html, slack]) {
      for (const headline of headlines) expect(body).toContain(headline);
    }
  });

  it('is made of whatever it is given', () => {
    for (const data of [{}, { platform: null, detections: 'x', events: 1 }, { alert: 3 }]) {
      for (const type of ['alert.opened', 'scan.digest', 'dispute.due'] as const) {
        expect(messageText(message(type, data), BASE).title).not.toBe('');
      }
    }
  });

  it('keeps hostile text on one line, with nothing unseen in it, and short', () => {
    expect(oneLine('a\r\nb\u0000c\u2028d\u202ee')).toBe('a b c d e');
    expect(Array.from(oneLine('😀'.repeat(500)))).toHaveLength(300);
    const data = alert({ detections: [detection(1, HOSTILE)] });
    const [item] = messageText(message('alert.opened', data), BASE).items;
    expect(item?.lines).toHaveLength(1);
    expect(item?.lines[0]).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(item?.lines[0]).toContain('{{t "app.name"}} $t(app.name)');
  });
});

describe('a message for an incoming webhook', () => {
  const hostile = alert({
    platform: { name: HOSTILE, url: 'https://evil.example/`<!here>&x' },
    detections: [detection(1, HOSTILE)],
  });

  it('calls nobody and makes no link, picture or preview of what others wrote', () => {
    const body = slackBody(messageText(message('alert.opened', hostile), BASE));
    const all = JSON.stringify(body);
    expect(all).not.toMatch(/<!|<script|<https/);
    expect(all).not.toMatch(/@(channel|here|all)/);
    expect(all).not.toMatch(/\]\(/);
    expect(all).toContain('&lt;!channel&gt;');
    expect(body).toMatchObject({ unfurl_links: false, unfurl_media: false });
    expect(body.attachments[0]?.text).toContain("`https://evil.example/'&lt;!here&gt;&amp;x`");
  });

  it('looks as it did, but for what is not seen', () => {
    const text = 'a@b.example *x* _y_ ~z~ [t](u) & 1 < 2';
    expect(slackText(text).replaceAll('\u2060', '')).toBe(
      'a@b.example *x* _y_ ~z~ [t](u) &amp; 1 &lt; 2',
    );
  });

  it('has a line of its own for each change, in the colour of its severity', () => {
    const body = slackBody(messageText(digest(3), BASE));
    expect(body.attachments.map(({ color }) => color)).toEqual(['danger', '#56616f', '#56616f']);
    expect(body.attachments[0]).toMatchObject({ title_link: `${BASE}/alerts/12` });
  });
});

describe('a mail', () => {
  it('has what engines say as text in both its bodies', async () => {
    const text = messageText(
      message('alert.opened', alert({ detections: [detection(1, HOSTILE)] })),
      BASE,
    );
    const body = emailBody(text, { baseUrl: BASE, isToOwner: true });
    expect(body.html).not.toMatch(/<script|<img|<a href="https:\/\/evil/);
    expect(body.html).toContain('&lt;script&gt;');
    expect(body.html.match(/<a href="[^"]*"/g)).toEqual([`<a href="${BASE}/alerts/12"`]);
    expect(body.text.split('\n').filter((line) => line.startsWith('Bcc'))).toEqual([]);
    const source = `Content-Type: text/html; charset=utf-8\r\n\r\n${body.html}`;
    expect((await simpleParser(source)).text).toContain('<script>alert(1)</script>');
    expect(body.text).toContain('you are named as the owner');
  });
});
