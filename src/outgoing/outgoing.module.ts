import { Module } from '@nestjs/common';
import { Mailer } from './mailer.service.js';

/** What leaves Oju for a place that VirusTotal is not: mail, and addresses that users give. */
@Module({ providers: [Mailer], exports: [Mailer] })
export class OutgoingModule {}
