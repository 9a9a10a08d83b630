import { Controller, Get, Param, Render, Res } from '@nestjs/common';
import type { Response } from 'express';
import { timelineRows } from '../alert/timeline-rows.js';
import { ApiExcludeController } from '../web/api-doc.js';
import { sendDownload } from '../web/download.js';
import { pathId, showId } from '../web/ids.js';
import { momentText } from '../web/moment-text.js';
import { translator } from '../web/translator.js';
import { AlertEvidence, type VerdictsOfScan } from './alert-evidence.service.js';
import { evidenceView } from './alert-evidence.view.js';
import { pastScanRow } from './scan-page.view.js';

const t = translator();

/** The evidence pack of an alert: a page to print, and a file. */
@ApiExcludeController()
@Controller('alerts/:id')
export class AlertEvidencePages {
  constructor(private readonly evidence: AlertEvidence) {}

  @Get('evidence')
  @Render('alerts/evidence')
  async show(@Param('id') id: string): Promise<object> {
    const evidence = await this.evidence.of(pathId(id));
    const pack = evidenceView(evidence);
    const { history, scans, atOpening, now, dossier } = evidence;
    return {
      pageTitle: t('evidence.title', { platform: pack.platform.name }),
      isBare: true,
      pack,
      madeBy: t('evidence.madeBy', { version: pack.version }),
      openingTitle: titleOf('evidence.atOpening', atOpening) ?? t('evidence.noOpening'),
      nowTitle: titleOf('evidence.now', now) ?? t('evidence.noNow'),
      timeline: timelineRows(dossier.timeline),
      // Told from the beginning, as the timeline is.
      history: history.map(pastScanRow).reverse(),
      cutText: scans > history.length ? t('evidence.historyCut', { count: history.length }) : '',
    };
  }

  @Get('evidence.json')
  async download(@Param('id') id: string, @Res() response: Response): Promise<void> {
    const alertId = pathId(id);
    const pack = evidenceView(await this.evidence.of(alertId));
    await sendDownload(response, {
      name: `oju-alert-${showId(alertId)}-evidence.json`,
      type: 'application/json',
      text: inOnePiece(`${JSON.stringify(pack, null, 2)}\n`),
    });
  }
}

function titleOf(
  key: 'evidence.atOpening' | 'evidence.now',
  said: VerdictsOfScan | null,
): string | null {
  const at = said?.task.completedAt;
  return at ? t(key, { at: momentText(at) }) : null;
}

async function* inOnePiece(text: string): AsyncIterable<string> {
  yield await Promise.resolve(text);
}
