import { Controller, Get, Render } from '@nestjs/common';
import { ALERT_STATES, SEVERITIES } from '../alert/alert.rules.js';
import { AppConfig } from '../config/app-config.js';
import { strip } from '../scan/platform-list.view.js';
import { ApiExcludeController } from '../web/api-doc.js';
import { NotFoundError } from '../web/domain-error.js';
import { momentText } from '../web/moment-text.js';
import { pager } from '../web/pager.js';
import { sorting } from '../web/sorting.js';
import { asSentence } from '../web/field-message.rules.js';
import { translator } from '../web/translator.js';
import { pictureExamples } from './dashboard/picture-examples.js';

const t = translator();
const PAGE = { items: [1], total: 12_345, limit: 50, prevCursor: 'before', nextCursor: 'after' };
const LONG_AGO = '2026-01-31T23:59:58.250Z';

/** Every piece that pages are made of, on one page, for whoever builds one; not in production. */
@ApiExcludeController()
@Controller('styleguide')
export class StyleguidePages {
  constructor(private readonly config: AppConfig) {}

  @Get()
  @Render('styleguide/index')
  async show(): Promise<object> {
    if (!this.config.isDevelopment) throw new NotFoundError();
    const sentence = t('styleguide.sentence');
    return {
      pageTitle: t('styleguide.title'),
      flashExamples: ['success', 'warning', 'error'].map((kind) => ({ kind, text: sentence })),
      ...(await pictureExamples()),
      meanwhile: [{ at: LONG_AGO, who: 'ada@example.org', text: sentence }],
      severities: SEVERITIES,
      alertStates: ALERT_STATES,
      platformStates: ['flagged', 'clean', 'unknown'],
      scanStates: [
        'queued',
        'running',
        'waiting',
        'completed',
        'completed_with_errors',
        'cancelled',
      ],
      changeKinds: ['flagged', 'cleared', 'unconfirmed', 'changed', 'no_answer', 'gone', 'new'],
      fault: asSentence(t('styleguide.fault')),
      faults: [
        {
          field: 'faulty',
          message: `${t('styleguide.faultyField')}${t('app.colon')}${t('styleguide.fault')}`,
        },
      ],
      choices: ['critical', 'high'].map((value, index) => ({
        value,
        label: t(`alert.severity.${value as 'critical' | 'high'}`),
        isSelected: index === 1,
      })),
      rows: [
        { name: 'Kaspersky', count: 12_345, at: LONG_AGO },
        { name: 'A'.repeat(120), count: 0, at: null },
        { name: 'مثال', count: 1, at: LONG_AGO },
      ],
      ...sorting({
        path: '/styleguide',
        sorts: { name: {}, count: {}, at: {} },
        labels: {
          name: t('styleguide.field'),
          count: t('styleguide.number'),
          at: t('styleguide.time'),
        },
        usual: '-name',
        asked: {},
      }),
      strip: strip(['clean', 'clean', 'inconclusive', 'failed', 'clean', 'flagged', 'flagged']),
      ...pager('/styleguide', PAGE, { cursor: 'here' }),
      progress: {
        id: '7',
        href: '#facts',
        eventsHref: '',
        state: 'running',
        done: 24,
        total: 60,
        words: {
          state: t('scan.state.running'),
          count: t('scan.countDone', { done: 24, total: 60 }),
          now: `${t('scan.rate', { count: 104 })} ${t('scan.timeLeft.minutes', { count: 21 })}`,
          need: t('scan.needs', { count: 83, end: momentText(new Date(LONG_AGO)) }),
        },
      },
      spelling: { before: 'G', differs: '-', after: 'Data', codes: ['U+002D'] },
      contactParts: [
        { text: 'fp@example.org', href: 'mailto:fp@example.org' },
        { text: ', Monday to Friday', href: null },
      ],
    };
  }
}
