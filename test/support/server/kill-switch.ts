/* oxlint-disable typescript/unbound-method -- each is applied to its instance */
import { OutboxService } from '../../../src/notification/outbox/outbox.service.js';
import { TaskService } from '../../../src/scan/task.service.js';
import { VirusTotalClient } from '../../../src/virustotal/virustotal.client.js';
import type { KillAt, KillStep } from './server-options.js';

let armed: KillAt | null = null;
let isWired = false;

/** Ends this process at a step of the engine; a later call replaces the one before, null ends it. */
export function killAtStep(killAt: KillAt | null): void {
  armed = killAt && { ...killAt };
  if (isWired || !armed) return;
  isWired = true;
  const { submit, analysis } = VirusTotalClient.prototype;
  VirusTotalClient.prototype.submit = async function (...args) {
    await comesTo('before_submit');
    const answer = await submit.apply(this, args);
    await comesTo('after_answer');
    return answer;
  };
  VirusTotalClient.prototype.analysis = async function (...args) {
    const answer = await analysis.apply(this, args);
    await comesTo('collecting');
    return answer;
  };
  const { tell } = OutboxService.prototype;
  OutboxService.prototype.tell = async function (...args) {
    await comesTo('telling');
    await tell.apply(this, args);
  };
  const { end } = TaskService.prototype;
  TaskService.prototype.end = async function (...args) {
    // By now the transaction has written verdicts and alert.
    if (args[1].state === 'completed') await comesTo('inside_transaction');
    return end.apply(this, args);
  };
}

async function comesTo(step: KillStep): Promise<void> {
  if (armed?.step !== step) return;
  armed.nth -= 1;
  if (armed.nth > 0) return;
  process.kill(process.pid, 'SIGKILL');
  await new Promise(() => undefined);
}
