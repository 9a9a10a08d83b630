import { ApiProperty } from '../web/api-doc.js';
import { type IntegrationStatus, statusOf } from '../virustotal/virustotal-settings.service.js';
import { translator } from '../web/translator.js';
import type { Capacity } from './capacity.rules.js';
import type { IntegrationState } from './integration.service.js';
import type { Verification } from './key-verifier.service.js';

/** What the limits can carry, in figures and in words. */
export class CapacityView {
  @ApiProperty() activePlatforms!: number;
  @ApiProperty() requestsPerPlatform!: number;
  @ApiProperty() requestsPerScan!: number;
  @ApiProperty() requestsPerDay!: number;
  @ApiProperty() platformsPerPeriod!: number;
  @ApiProperty() fits!: boolean;
  @ApiProperty({ type: Number, nullable: true }) shortestFrequencyDays!: number | null;
  @ApiProperty() sentence!: string;
}

/** The VirusTotal integration as JSON shows it; the key is never part of it. */
export class IntegrationView {
  @ApiProperty() key!: 'virustotal';
  @ApiProperty({ enum: ['active', 'inactive', 'configuration_required'] })
  status!: IntegrationStatus;
  @ApiProperty() active!: boolean;
  @ApiProperty() configured!: boolean;
  @ApiProperty({ type: String, nullable: true, description: 'the last four characters' })
  apiKeyHint!: string | null;
  @ApiProperty({ enum: ['unverified', 'accepted', 'rejected', 'unreadable'] }) keyState!: string;
  @ApiProperty({ minimum: 1, maximum: 7 }) scanFrequencyDays!: number;
  @ApiProperty() requestsPerMinute!: number;
  @ApiProperty() requestsPerDay!: number;
  @ApiProperty() requestsPerMonth!: number;
  @ApiProperty() reservePercent!: number;
  @ApiProperty() alertThreshold!: number;
  @ApiProperty({ type: Number, nullable: true, description: 'null: details are kept for good' })
  keepDetailsDays!: number | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) nextScanAt!: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  lastVerifiedAt!: string | null;
  @ApiProperty({ type: String, nullable: true }) lastError!: string | null;
  @ApiProperty({ type: CapacityView }) capacity!: CapacityView;
}

/** One integration as JSON answers it. */
export class IntegrationAnswer {
  @ApiProperty({ type: IntegrationView }) data!: IntegrationView;
}

/** What became of a test of a key. */
export class VerificationView {
  @ApiProperty({ type: Boolean, nullable: true, description: 'null: VirusTotal was not reached' })
  valid!: boolean | null;
  @ApiProperty({ description: 'in plain words' }) reason!: string;
  @ApiProperty({ type: Object, nullable: true }) quotas!: Verification['quotas'];
}

export function integrationView(state: IntegrationState) {
  const { settings, isKeyUnreadable, capacity, nextScanAt } = state;
  return Object.assign(new IntegrationView(), {
    key: 'virustotal' as const,
    status: statusOf(settings),
    active: settings.isActive,
    configured: settings.apiKeyCiphertext !== null,
    apiKeyHint: settings.apiKeyHint,
    keyState: isKeyUnreadable ? 'unreadable' : settings.keyState,
    scanFrequencyDays: settings.scanFrequencyDays,
    requestsPerMinute: settings.requestsPerMinute,
    requestsPerDay: settings.requestsPerDay,
    requestsPerMonth: settings.requestsPerMonth,
    reservePercent: settings.reservePercent,
    alertThreshold: settings.alertThreshold,
    keepDetailsDays: settings.keepDetailsDays,
    nextScanAt: nextScanAt?.toISOString() ?? null,
    lastVerifiedAt: settings.lastVerifiedAt?.toISOString() ?? null,
    lastError: isKeyUnreadable ? translator()('integration.keyUnreadable') : settings.lastError,
    capacity: capacityView(capacity, settings.scanFrequencyDays),
  } satisfies IntegrationView);
}

/** In figures and in words. @param frequencyDays the frequency that the capacity was computed for */
export function capacityView(capacity: Capacity, frequencyDays: number): CapacityView {
  const { activePlatforms, requestsPerPlatform, requestsPerScan, requestsPerDay } = capacity;
  return {
    activePlatforms,
    requestsPerPlatform: Math.round(requestsPerPlatform * 100) / 100,
    requestsPerScan,
    requestsPerDay,
    platformsPerPeriod: capacity.platformsPerPeriod,
    fits: capacity.fits,
    shortestFrequencyDays: capacity.shortestFrequencyDays,
    sentence: capacitySentence(capacity, frequencyDays),
  };
}

/** What became of a test of a key, in plain words. */
export function verificationView({ valid, reason, detail, quotas }: Verification) {
  return Object.assign(new VerificationView(), {
    valid,
    reason: translator()(`integration.verify.${reason}`, { detail: detail ?? '' }),
    quotas,
  } satisfies VerificationView);
}

function capacitySentence(capacity: Capacity, frequencyDays: number): string {
  const t = translator();
  if (capacity.activePlatforms === 0) return t('integration.capacity.noPlatform');
  const need = t('integration.capacity.need', {
    count: capacity.activePlatforms,
    requests: capacity.requestsPerScan,
  });
  const days = Math.ceil(capacity.daysPerScan);
  const takes = t('integration.capacity.takes', {
    count: Number.isFinite(days) ? Math.max(1, days) : 0,
    perDay: capacity.requestsPerDay,
  });
  const figures = `${need}${t('app.semicolon')}${takes}`;
  if (capacity.fits) return `${figures}.`;
  const tooLong = t('integration.capacity.tooLong', { count: frequencyDays });
  const advice =
    capacity.shortestFrequencyDays === null
      ? t('integration.capacity.noFrequency', { platforms: capacity.platformsPerPeriod })
      : t('integration.capacity.shortest', { count: capacity.shortestFrequencyDays });
  return `${figures}, ${tooLong}. ${advice}`;
}
