import { Controller, Get, Render } from '@nestjs/common';
import { VERSION } from '../config/version.js';
import { StoredSecrets } from '../database/stored-secrets.service.js';
import { ScanOutlook } from '../scan/scan-outlook.service.js';
import { scanProgressView } from '../scan/scan-page.view.js';
import { ApiExcludeController } from '../web/api-doc.js';
import { translator } from '../web/translator.js';
import { ScanningStatusService } from './scanning-status.service.js';
import { statusModel } from './status.view.js';
import { unreadableInWords } from './unreadable-secrets.js';

/** A browser has six connections to one server, and each live scan takes one. */
const MOST_LIVE = 3;

/** The operator's page. */
@ApiExcludeController()
@Controller('status')
export class StatusPages {
  constructor(
    private readonly scanning: ScanningStatusService,
    private readonly outlook: ScanOutlook,
    private readonly secrets: StoredSecrets,
  ) {}

  @Get()
  @Render('status/show')
  async show(): Promise<object> {
    const status = await this.scanning.status();
    const open = await Promise.all(
      status.open.map(async ({ scan, counts }, index) => {
        const view = scanProgressView(scan, counts, await this.outlook.words(scan, counts));
        return index < MOST_LIVE ? view : { ...view, eventsHref: '' };
      }),
    );
    return {
      pageTitle: translator()('status.title'),
      scripts: open.length > 0 ? ['js/scan-progress.js'] : [],
      status: { ...statusModel(status), open },
      unreadable: unreadableInWords(await this.secrets.unreadable()),
      version: VERSION,
    };
  }
}
