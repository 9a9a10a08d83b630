import hbs from 'hbs';
import { currentReader } from '../../../web/reader.js';
import { translator } from '../../../web/translator.js';
import { type MessageItem, type MessageText, withSeverity } from '../../message-text.js';

const t = translator();
// Of the copy that pages are made with: to load another takes a fiftieth of the start.
const escape = (text: string): string => hbs.handlebars.escapeExpression(text);

/** What stands at the end of a mail. */
export interface EmailFooter {
  /** Of Oju, without a slash at its end. */
  baseUrl: string;
  /** The mail goes to the owner of the platform, who may have no account. */
  isToOwner: boolean;
}

/** The same message as text and as HTML; nothing in it is fetched from anywhere. */
export function emailBody(
  message: MessageText,
  footer: EmailFooter,
): { text: string; html: string } {
  return { text: textBody(message, footer), html: htmlBody(message, footer) };
}

function textBody(message: MessageText, footer: EmailFooter): string {
  const items = message.items.map((item) => textItem(item).join('\n'));
  const parts = [
    ...notesBefore(message),
    ...items,
    ...notesAfter(message),
    endOf(footer).join('\n'),
  ];
  return `${parts.join('\n\n')}\n`;
}

function textItem(item: MessageItem): string[] {
  const { about, facts, lines, moreLines, href } = item;
  return [
    withSeverity(item.headline, item.severity),
    ...(about === '' ? [] : [about]),
    ...facts.map(({ label, value }) => `${label}${t('app.colon')}${value}`),
    ...(lines.length > 0
      ? [`${t('told.flags')}${t('app.colon').trimEnd()}`, ...lines.map((line) => `  - ${line}`)]
      : []),
    ...(moreLines > 0 ? [`  - ${t('told.more', { count: moreLines })}`] : []),
    `${t('told.open')}${t('app.colon')}${href}`,
  ];
}

function htmlBody(message: MessageText, footer: EmailFooter): string {
  const paragraphs = (texts: readonly string[]) => texts.map((text) => `<p>${escape(text)}</p>`);
  return [
    `<!doctype html><html lang="${currentReader().language}"><head><meta charset="utf-8"><title>${escape(message.title)}</title></head>`,
    '<body style="font-family: sans-serif; line-height: 1.5">',
    ...paragraphs(notesBefore(message)),
    ...message.items.flatMap(htmlItem),
    ...paragraphs(notesAfter(message)),
    `<p style="color: #56616f">${endOf(footer).map(escape).join('<br>')}</p>`,
    '</body></html>',
    '',
  ].join('\n');
}

function htmlItem(item: MessageItem): string[] {
  const { about, facts, lines, moreLines, href } = item;
  const rows = facts.map(
    ({ label, value }) =>
      `<tr><th align="left" valign="top" style="padding-right: 1em">${escape(label)}</th><td>${escape(value)}</td></tr>`,
  );
  const flags = [...lines, ...(moreLines > 0 ? [t('told.more', { count: moreLines })] : [])];
  return [
    `<h2 style="font-size: 1.1em">${escape(withSeverity(item.headline, item.severity))}</h2>`,
    ...(about === '' ? [] : [`<p>${escape(about)}</p>`]),
    ...(rows.length > 0 ? [`<table>${rows.join('')}</table>`] : []),
    ...(flags.length > 0
      ? [
          `<p>${escape(`${t('told.flags')}${t('app.colon').trimEnd()}`)}</p>`,
          `<ul>${flags.map((flag) => `<li>${escape(flag)}</li>`).join('')}</ul>`,
        ]
      : []),
    `<p><a href="${escape(href)}">${escape(t('told.open'))}</a></p>`,
  ];
}

function notesBefore({ isReminder }: MessageText): string[] {
  return isReminder ? [t('told.reminderNote')] : [];
}

function notesAfter({ omitted }: MessageText): string[] {
  return omitted > 0 ? [t('told.omitted', { count: omitted })] : [];
}

function endOf({ baseUrl, isToOwner }: EmailFooter): string[] {
  return [...(isToOwner ? [t('told.ownerFooter')] : []), t('told.footer', { address: baseUrl })];
}
