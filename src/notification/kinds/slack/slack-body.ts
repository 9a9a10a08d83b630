import { translator } from '../../../web/translator.js';
import {
  type MessageFact,
  type MessageItem,
  type MessageText,
  withSeverity,
} from '../../message-text.js';
import type { Severity } from '../../severity.rules.js';

const t = translator();

/** Slack's own words for red and yellow are known to all three; quiet blue for the rest. */
const COLOURS: Readonly<Record<Severity, string>> = {
  critical: 'danger',
  high: 'danger',
  medium: 'warning',
  low: '#1259b8',
};
const NO_COLOUR = '#56616f';

/** What the body of an incoming webhook holds, as far as Oju uses it. */
export interface SlackBody {
  text: string;
  attachments: SlackAttachment[];
  unfurl_links: false;
  unfurl_media: false;
}

interface SlackAttachment {
  color: string;
  fallback: string;
  title: string;
  title_link: string;
  text: string;
  mrkdwn_in: ['text'];
}

/**
 * A message for an incoming webhook. `text` with `attachments` is what Slack, Mattermost and
 * Rocket.Chat all show; blocks are Slack's alone. No preview is asked for: it would fetch the page
 * of a platform that may be compromised.
 */
export function slackBody(message: MessageText): SlackBody {
  const { title, items, omitted } = message;
  const notes = [
    message.isReminder ? t('told.reminderNote') : '',
    omitted > 0 ? t('told.omitted', { count: omitted }) : '',
  ].filter((note) => note !== '');
  return {
    text: [title, ...notes].map(slackText).join('\n'),
    attachments: items.map(attachmentOf),
    unfurl_links: false,
    unfurl_media: false,
  };
}

function attachmentOf(item: MessageItem): SlackAttachment {
  const headline = withSeverity(item.headline, item.severity);
  const lines = [
    ...(item.about === '' ? [] : [slackText(item.about)]),
    ...item.facts.map(factLine),
    ...item.lines.map((line) => `• ${slackText(line)}`),
    ...(item.moreLines > 0 ? [`• ${t('told.more', { count: item.moreLines })}`] : []),
  ];
  return {
    color: item.severity === null ? NO_COLOUR : COLOURS[item.severity],
    fallback: slackText(headline),
    title: slackText(headline),
    title_link: item.href,
    text: lines.join('\n'),
    mrkdwn_in: ['text'],
  };
}

/** An address stands as code, so that no client makes a link or a preview of it. */
function factLine({ label, value, isAddress }: MessageFact): string {
  return `${label}${t('app.colon')}${isAddress ? `\`${escaped(value.replaceAll('`', "'"))}\`` : slackText(value)}`;
}

/**
 * Text that is only text to all three. `&`, `<` and `>` are escaped as Slack asks, so that
 * `<!channel>` and `<url|words>` are no more than that. Mattermost and Rocket.Chat also call people
 * by a bare `@channel`, and all know marks for bold, code, links and pictures: an unseen character
 * (U+2060, word joiner) beside such a sign takes its meaning and leaves its looks.
 */
export function slackText(text: string): string {
  const harmless = text
    .replaceAll('`', "'")
    .replace(/[@*_~](?=\S)/g, '$&\u2060')
    .replace(/(?<=\])(?=[([:])/g, '\u2060');
  return escaped(harmless);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
