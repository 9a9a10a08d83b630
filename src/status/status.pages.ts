import { Controller, Get, Render } from '@nestjs/common';
import { VERSION } from '../config/version.js';
import { StoredSecrets } from '../database/stored-secrets.service.js';
import { ScanOutlook } from '../scan/scan-outlook.service.js';
import { ApiExcludeController } from '../web/api-doc.js';
import { translator } from '../web/translator.js';
import { ScanningStatusService } from './scanning-status.service.js';
import { scanModel, statusModel } from './status.view.js';
import { unreadableInWords } from './unreadable-secrets.js';

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
      status.open.map(async ({ scan, counts }) =>
        Object.assign(scanModel({ scan, counts }), {
          waits: await this.outlook.wait(scan, counts),
          needs: await this.outlook.need(scan, counts),
        }),
      ),
    );
    return {
      pageTitle: translator()('status.title'),
      status: { ...statusModel(status), open },
      unreadable: unreadableInWords(await this.secrets.unreadable()),
      version: VERSION,
    };
  }
}
