// Keeps what is shown of running scans up to date, in the words that the server sends. Without it
// the page shows them as they stood when it was loaded, with a link that loads it again.
const FIRST_WAIT_MS = 3000;
const LONGEST_WAIT_MS = 60_000;

/** True when loading the page anew would lose something that somebody typed, or types, on it. */
const isFilledIn = () =>
  [...document.querySelectorAll('input:not([type="hidden"]), textarea, select')].some((field) => {
    if (field === document.activeElement) return true;
    if (field.options) {
      const first = [...field.options].findIndex((option) => option.defaultSelected);
      return field.selectedIndex !== Math.max(0, first);
    }
    return field.checked !== field.defaultChecked || field.value !== field.defaultValue;
  });

const watch = (card) => {
  const bar = card.querySelector('progress');
  let events = null;
  let timer = 0;
  let waitMs = FIRST_WAIT_MS;
  let hasEnded = false;

  /** Words that stay the same are left alone, so that they are not read out again. */
  const say = (name, text) => {
    for (const place of card.querySelectorAll(`[data-word="${name}"]`)) {
      if (place.textContent !== text) place.textContent = text;
      place.hidden = text === '';
    }
  };

  const showCounts = ({ id, counts, requestsUsed }) => {
    const facts = document.querySelector(`[data-scan-counts="${id}"]`);
    if (!facts) return;
    const done = counts.completed + counts.failed + counts.skipped;
    for (const [name, count] of Object.entries({ ...counts, done, requestsUsed })) {
      const place = facts.querySelector(`[data-count="${name}"]`);
      if (place) place.textContent = count.toLocaleString(document.documentElement.lang);
    }
  };

  const show = ({ id, state, done, total, words }) => {
    for (const [name, text] of Object.entries(words)) say(name, text);
    for (const badge of document.querySelectorAll(`[data-scan-badge="${id}"]`)) {
      badge.classList.replace(`is-${card.dataset.state}`, `is-${state}`);
      badge.textContent = words.state;
    }
    card.dataset.state = state;
    if (!bar) return;
    bar.max = Math.max(1, total);
    bar.value = done;
  };

  const close = () => {
    window.clearTimeout(timer);
    events?.close();
    events = null;
  };

  const end = () => {
    hasEnded = true;
    close();
    if (!isFilledIn()) {
      window.location.reload();
      return;
    }
    const note = card.querySelector('[data-ended]');
    if (note) note.hidden = false;
  };

  const open = () => {
    if (hasEnded || events || document.hidden) return;
    events = new EventSource(card.dataset.scanEvents);
    events.addEventListener('open', () => {
      waitMs = FIRST_WAIT_MS;
    });
    events.addEventListener('progress', (event) => {
      showCounts(JSON.parse(event.data));
    });
    events.addEventListener('words', (event) => {
      show(JSON.parse(event.data));
    });
    events.addEventListener('end', end);
    events.addEventListener('error', () => {
      // A stream that broke off a browser opens again by itself, but not one that was refused, as
      // by a proxy while the server starts.
      if (events?.readyState !== EventSource.CLOSED) return;
      close();
      timer = window.setTimeout(open, waitMs);
      waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS);
    });
  };

  // A browser has few connections to one server: a page that nobody sees needs none.
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) close();
    else open();
  });
  window.addEventListener('pagehide', close);
  window.addEventListener('pageshow', open);
  open();
};

for (const card of document.querySelectorAll('[data-scan-events]')) watch(card);
