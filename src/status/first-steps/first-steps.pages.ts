import { Controller, Post, Redirect } from '@nestjs/common';
import { ApiExcludeController } from '../../web/api-doc.js';
import { FirstStepsService } from './first-steps.service.js';

/** What an admin says of the first steps; the dashboard shows them. */
@ApiExcludeController()
@Controller('first-steps')
export class FirstStepsPages {
  constructor(private readonly steps: FirstStepsService) {}

  @Post('hide')
  @Redirect('/', 303)
  async hide(): Promise<void> {
    await this.steps.skip('all');
  }

  @Post('no-channels')
  @Redirect('/', 303)
  async doWithoutChannels(): Promise<void> {
    await this.steps.skip('channels');
  }
}
