/**
 * How long a job stays with a worker that says nothing, and how often one looks for such jobs, real
 * ms. The queue knows no clock but the machine's, so what takes 30 s there would take virtual hours
 * here; far longer all the same than a busy machine holds up a process.
 */
const SHORTER = { lockDuration: 6_000, stalledInterval: 1_500 };

/** Where @nestjs/bullmq keeps what the decorator of a processor was given. */
const OPTIONS_OF_WORKER = 'bullmq:worker_metadata';

/** Makes what a killed process held be taken over sooner than in the product. */
export async function shortenLocks(): Promise<void> {
  const { ScanQueueProcessor } = await import('../../../src/scan/queue/scan-queue.processor.js');
  const options = Reflect.getMetadata(OPTIONS_OF_WORKER, ScanQueueProcessor) as typeof SHORTER;
  if (options.lockDuration <= SHORTER.lockDuration) throw new Error('The locks are short already');
  Object.assign(options, SHORTER);
}
