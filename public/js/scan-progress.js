// Keeps a scan's bar and counts up to date. Without it the page shows them as they stood when it
// was loaded; words (state, why it waits) come from the server, so a change of them loads it anew.
const card = document.querySelector('[data-scan-events]');

if (card) {
  const events = new EventSource(card.dataset.scanEvents);
  const bar = card.querySelector('progress');

  const show = (name, count) => {
    const place = card.querySelector(`[data-count="${name}"]`);
    if (place) place.textContent = count.toLocaleString(document.documentElement.lang);
  };

  const reload = () => {
    events.close();
    window.location.reload();
  };

  events.addEventListener('progress', (event) => {
    const { state, reason, waitingUntil, counts, requestsUsed, finishedAt } = JSON.parse(
      event.data,
    );
    const done = counts.completed + counts.failed + counts.skipped;
    for (const [name, count] of Object.entries({ ...counts, done, requestsUsed })) {
      show(name, count);
    }
    if (bar) bar.value = done;
    const { dataset } = card;
    const isNews =
      state !== dataset.state ||
      (reason ?? '') !== dataset.reason ||
      (waitingUntil ?? '') !== dataset.until;
    if (isNews && finishedAt === null) reload();
  });
  events.addEventListener('end', reload);
  window.addEventListener('pagehide', () => {
    events.close();
  });
}
