import { type Browser } from '../../app.js';

/** Files that were sent and wait to be imported, by their pages. */
export interface SentFiles {
  vendorPath: string;
  badPath: string;
  platformPath: string;
  pastePath: string;
}

const VENDORS = [
  'name,contact,comments',
  'ESET,new-contact@eset.example,',
  'GData,fp@gdata.example,one letter is missing',
  'A vendor that nobody has,help@vendor.example,',
];
const PLATFORMS = ['name,url', 'New site,https://new.example.org/', 'Shop,https://a.example.org/'];
const PASTED = [
  'https://new.example.org/shop/',
  'http://192.168.0.1/',
  'https://x.example.org/?token=abc',
  'not a url',
];

/** Sends one of each kind, and one with a row that is bad. */
export async function sendFiles(browser: Browser): Promise<SentFiles> {
  const send = async (formPath: string, fields: Record<string, string>, action = formPath) => {
    const { page } = await browser.open(formPath);
    const csrf = page('input[name=_csrf]').first().attr('value') ?? '';
    const sent = browser.agent.post(action).field('_csrf', csrf);
    for (const [name, value] of Object.entries(fields)) sent.field(name, value);
    const { status, headers } = await sent;
    if (status !== 303) throw new Error(`${action} was answered ${status}`);
    return headers.location ?? '';
  };
  const vendors = (lines: string[]) => send('/vendor/import', { text: lines.join('\n') });
  return {
    vendorPath: await vendors(VENDORS),
    badPath: await vendors(['name', 'Fine', ' Ikarus']),
    platformPath: await send('/platforms/import', { text: PLATFORMS.join('\n') }),
    pastePath: await send('/platforms/import', { urls: PASTED.join('\n') }, '/platforms/paste'),
  };
}
