import { ApiProperty } from '../web/api-doc.js';
import { showId } from '../web/ids.js';
import { hasString, translator } from '../web/translator.js';
import type { ActorKind } from './actor-context.js';
import { auditChanges } from './audit-change.view.js';
import type { AuditEntry } from './audit-entry.entity.js';

const t = translator();

/** Who did it, as JSON shows it. */
export class AuditActorView {
  @ApiProperty({ enum: ['user', 'token', 'cli', 'system', 'anonymous'] })
  kind!: ActorKind;

  @ApiProperty({ type: String, nullable: true })
  id!: string | null;

  @ApiProperty({ description: 'mail address or token name, as it was then' })
  name!: string;

  @ApiProperty({ type: String, nullable: true, description: 'IP address' })
  address!: string | null;
}

/** What it happened to, as JSON shows it. */
export class AuditSubjectView {
  @ApiProperty()
  kind!: string;

  @ApiProperty({ type: String, nullable: true })
  id!: string | null;

  @ApiProperty({ type: String, nullable: true })
  label!: string | null;
}

/** A line of the audit trail as JSON shows it. */
export class AuditEntryView {
  @ApiProperty()
  id!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  at!: string;

  @ApiProperty({ type: AuditActorView })
  actor!: AuditActorView;

  @ApiProperty({ example: 'platform.created' })
  action!: string;

  @ApiProperty({ type: AuditSubjectView, nullable: true })
  subject!: AuditSubjectView | null;

  @ApiProperty({ type: Object, nullable: true, description: 'what changed, as it was' })
  before!: Record<string, unknown> | null;

  @ApiProperty({ type: Object, nullable: true, description: 'what changed, as it became' })
  after!: Record<string, unknown> | null;
}

/** A page of the audit trail as JSON answers it. */
export class AuditListAnswer {
  @ApiProperty({ type: [AuditEntryView] })
  data!: AuditEntryView[];

  @ApiProperty({ type: Object, example: { total: 1, limit: 50, nextCursor: null } })
  meta!: { total: number; limit: number; nextCursor: string | null };
}

/** A line as JSON shows it. */
export function auditEntryView(entry: AuditEntry): AuditEntryView {
  const { id, at, action, subjectKind, subjectId, subjectLabel } = entry;
  return {
    id: showId(id),
    at: at.toISOString(),
    actor: {
      kind: entry.actorKind,
      id: entry.actorId === null ? null : showId(entry.actorId),
      name: entry.actorName,
      address: entry.address,
    },
    action,
    subject:
      subjectKind === null ? null : { kind: subjectKind, id: subjectId, label: subjectLabel },
    before: parsed(entry.valuesBefore),
    after: parsed(entry.valuesAfter),
  };
}

/** A line as the page shows it, in words where there are some. */
export function auditRow(entry: AuditEntry): object {
  const { at, actor, action, subject, before, after } = auditEntryView(entry);
  const actionKey = `audit.action.${action.replaceAll('.', '_')}`;
  const kindText = t(`audit.actorKind.${actor.kind}`);
  const isNamed = actor.name !== '' && !['cli', 'system'].includes(actor.kind);
  const subjectKey = `audit.subjectKind.${subject?.kind ?? ''}`;
  return {
    at,
    actor: isNamed ? actor.name : kindText,
    actorHint: isNamed && actor.kind !== 'user' ? kindText : '',
    address: actor.address,
    action,
    actionText: hasString(actionKey) ? t(actionKey) : action,
    subjectKind: hasString(subjectKey) ? t(subjectKey) : subject?.kind,
    subjectLabel: subject?.label ?? subject?.id ?? '',
    changes: auditChanges(before ?? {}, after ?? {}),
  };
}

function parsed(json: string | null): Record<string, unknown> | null {
  return json === null ? null : (JSON.parse(json) as Record<string, unknown>);
}
