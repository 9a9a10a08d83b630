import { Injectable } from '@nestjs/common';
import { EngineService } from '../vendor/engine.service.js';
import type { Renames } from '../vendor/renames.rules.js';
import { AcceptanceService } from './acceptance.service.js';
import type { Alert } from './alert.entity.js';
import { AlertKeeper } from './alert-keeper.service.js';
import { confirmationAt } from './confirmation.rules.js';
import { DetectionService } from './detection.service.js';
import type { AcceptedTriple, LiveDetection } from './evidence.js';
import { judge, type Judgement } from './judgement.rules.js';
import { type EngineLine, judgementLines } from './judgement-lines.rules.js';
import { presentVerdicts } from './present-verdicts.rules.js';
import { RenamedFlags } from './renamed-flags.service.js';
import type { TimelineLine } from './timeline.service.js';
import { isAnswer, isFlagging, type Verdict } from './verdict.rules.js';

/** One platform's completed scan, as far as alerts care. */
export interface JudgedScan {
  platformId: number;
  /** One an engine's name at most, as VirusTotal answered them. */
  verdicts: readonly Verdict[];
  isConclusive: boolean;
  /** How many counting detections open an alert. */
  threshold: number;
  /** When the result was made. */
  at: Date;
}

/** Turns the verdicts of a scan into detections and alerts. */
@Injectable()
export class AlertJudge {
  constructor(
    private readonly alerts: AlertKeeper,
    private readonly detections: DetectionService,
    private readonly acceptances: AcceptanceService,
    private readonly engines: EngineService,
    private readonly renamed: RenamedFlags,
  ) {}

  /**
   * Judges a scan and writes what it changes, inside the caller's unit of work, which must hold
   * the platform's lock: verdicts to detections, detections to the alert, all to its timeline. An
   * engine that was renamed is one engine, whichever of its names answers.
   * @returns whether the platform is flagged now
   */
  async apply(scan: JudgedScan): Promise<{ isFlagged: boolean }> {
    const { platformId, isConclusive, at } = scan;
    // Before the live detections are read: an engine that answers in this very scan is not silent.
    await this.engines.markAnswered(answering(scan.verdicts), at);
    const flagging = scan.verdicts.filter(({ category }) => isFlagging(category));
    const renames = await this.engines.renames(flagging.map(({ engine }) => engine));
    const verdicts = presentVerdicts(scan.verdicts, renames);
    if (verdicts !== scan.verdicts) await this.engines.markAnswered(answering(verdicts), at);
    const { live, accepted } = await this.standing(platformId, renames);
    const { disputes } = this.detections;
    const closed = isConclusive ? await disputes.close(platformId, verdicts, renames) : [];
    // Most platforms most of the time: nothing to raise, and nothing that could clear or end.
    const isQuiet = closed.length === 0 && flagging.length === 0;
    if (isQuiet && live.length === 0 && accepted.length === 0) return { isFlagged: false };
    const latest = await this.alerts.latestOf(platformId);
    const judgement = judge({ ...scan, verdicts, live, accepted, latestAlert: latest });

    const alert = await this.alertOf(judgement, platformId, latest);
    await this.detections.apply(platformId, judgement, alert?.id ?? null);
    await this.acceptances.end(platformId, judgement.acceptanceEnded);
    const { kind } = judgement.alert;
    const gathered =
      alert && (kind === 'open' || kind === 'reopen')
        ? await this.detections.gatherUnder(alert.id, platformId)
        : [];

    const told = judgementLines(judgement, live, gathered, alert?.id ?? null);
    const lines = await this.inWords([...told, ...closed]);
    if (alert && kind !== 'none') {
      await this.change(alert, judgement, lines.get(alert.id) ?? [], at);
      lines.delete(alert.id);
    }
    // What engines say of a settled alert's detections is a change of that alert as well.
    for (const [alertId, itsLines] of lines) {
      const settled = await this.alerts.find(alertId);
      if (settled) await this.alerts.save(settled, itsLines);
    }
    return { isFlagged: judgement.isFlagged };
  }

  /** What stands on the platform, all of it under present names. */
  private async standing(
    platformId: number,
    renames: Renames,
  ): Promise<{ live: LiveDetection[]; accepted: AcceptedTriple[] }> {
    const live = await this.detections.live(platformId);
    const accepted = await this.acceptances.of(platformId);
    if (![...live, ...accepted].some(({ engine }) => renames.has(engine))) {
      return { live, accepted };
    }
    await this.renamed.move(platformId, renames);
    return this.standing(platformId, renames);
  }

  /** The alert that new detections belong to: the open one, or the one this scan opens. */
  private async alertOf(
    { alert: action }: Judgement,
    platformId: number,
    latest: Alert | null,
  ): Promise<Alert | null> {
    if (action.kind === 'open') return this.alerts.open(platformId, action.previousAlertId);
    const isOpen = latest?.openPlatformId != null;
    return isOpen || action.kind === 'reopen' ? latest : null;
  }

  private async inWords(told: readonly EngineLine[]): Promise<Map<number, TimelineLine[]>> {
    const names = await this.engines.namesOf(told.map(({ engine }) => engine));
    const lines = new Map<number, TimelineLine[]>();
    for (const { alertId, kind, engine, ...flag } of told) {
      const line = { kind, data: { engine: names.get(engine) ?? '', ...flag } };
      lines.set(alertId, [...(lines.get(alertId) ?? []), line]);
    }
    return lines;
  }

  /** Brings the alert's own row up to what the scan found. */
  private async change(
    alert: Alert,
    { alert: { kind }, raised }: Judgement,
    lines: readonly TimelineLine[],
    at: Date,
  ): Promise<void> {
    const all: TimelineLine[] = [...lines];
    if (kind === 'open') all.unshift({ kind: 'opened' });
    if (kind === 'reopen') {
      this.alerts.reopen(alert);
      all.unshift({ kind: 'reopened' });
    }
    const before = alert.severity;
    // Once nothing counts any more, the alert stays as severe as it was.
    alert.severity = (await this.detections.severity(alert.id)) ?? before;
    if (kind !== 'open' && alert.severity !== before) {
      all.push({ kind: 'severity_changed', data: { from: before, to: alert.severity } });
    }
    if (kind === 'clear') {
      this.alerts.settle(alert, 'resolved', 'cleared');
      all.push({ kind: 'cleared' });
    }
    alert.confirmAt = confirmationAt(alert, raised, at);
    await this.alerts.save(alert, all);
  }
}

function answering(verdicts: readonly Verdict[]): number[] {
  return verdicts.filter(({ category }) => isAnswer(category)).map(({ engine }) => engine);
}
