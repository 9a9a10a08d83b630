import { Column, Entity, PrimaryColumn } from 'typeorm';
import { Encrypted } from '../database/encrypted-column.js';

/** What the key's ciphertext is bound to. */
export const KEY_PURPOSE = 'virustotal api key';

/** What VirusTotal last said of the key. */
export type KeyState = 'unverified' | 'accepted' | 'rejected';

/** The one row (id 1) of VirusTotal settings that an admin keeps. */
@Entity('virustotal_settings')
export class VirusTotalSettings {
  @PrimaryColumn({ type: 'integer' })
  id!: number;

  @Column({ name: 'is_active', type: 'boolean', default: false })
  isActive!: boolean;

  @Encrypted('VirusTotal API key', KEY_PURPOSE)
  @Column({ name: 'api_key_ciphertext', type: 'text', nullable: true })
  apiKeyCiphertext!: string | null;

  /** The key's last four characters. */
  @Column({ name: 'api_key_hint', type: 'varchar', length: 4, nullable: true })
  apiKeyHint!: string | null;

  /** Whose usage counts; null without a key, and for one stored before usage was kept by key. */
  @Column({ name: 'key_id', type: 'varchar', length: 16, nullable: true })
  keyId!: string | null;

  @Column({ name: 'key_state', type: 'varchar', length: 16, default: 'unverified' })
  keyState!: KeyState;

  /** 1 to 7. */
  @Column({ name: 'scan_frequency_days', type: 'integer' })
  scanFrequencyDays!: number;

  @Column({ name: 'requests_per_minute', type: 'integer' })
  requestsPerMinute!: number;

  @Column({ name: 'requests_per_day', type: 'integer' })
  requestsPerDay!: number;

  @Column({ name: 'requests_per_month', type: 'integer' })
  requestsPerMonth!: number;

  /** Share of the day's and the month's budget that only named re-scans may spend. */
  @Column({ name: 'reserve_percent', type: 'integer' })
  reservePercent!: number;

  /** The number of live detections at which an alert opens. */
  @Column({ name: 'alert_threshold', type: 'integer', default: 1 })
  alertThreshold!: number;

  /** 30 to 3650: how old, in days, details of scans that changed nothing may get; null: any age. */
  @Column({ name: 'keep_details_days', type: 'integer', nullable: true })
  keepDetailsDays!: number | null;

  @Column({ name: 'last_verified_at', type: 'datetime', precision: 3, nullable: true })
  lastVerifiedAt!: Date | null;

  /** In plain words, scrubbed of the key. */
  @Column({ name: 'last_error', type: 'varchar', length: 1000, nullable: true })
  lastError!: string | null;

  @Column({ name: 'updated_at', type: 'datetime', precision: 3 })
  updatedAt!: Date;
}
