// Keeps a part of the page up to date that the server says is under way, by asking for the page
// again. Without it there is a link that does so.
const EVERY_MS = 2000;
const LONGEST_WAIT_MS = 60_000;

const follow = (part) => {
  let waitMs = EVERY_MS;
  let timer = 0;

  const take = (text) => {
    const page = new window.DOMParser().parseFromString(text, 'text/html');
    const next = page.getElementById(part.id);
    // Another page, such as the one that asks to sign in.
    if (!next) return;
    for (const place of part.querySelectorAll('[data-live-text]')) {
      const said = next.querySelector(`[data-live-text="${place.dataset.liveText}"]`);
      if (said && said.textContent !== place.textContent) place.textContent = said.textContent;
    }
    const [bar, nextBar] = [part.querySelector('progress'), next.querySelector('progress')];
    if (bar && nextBar) bar.value = nextBar.value;
    if (next.hasAttribute('data-live')) plan();
    else part.removeAttribute('data-live');
  };

  const ask = async () => {
    if (document.hidden) {
      plan();
      return;
    }
    try {
      const answer = await fetch(window.location.href, { headers: { accept: 'text/html' } });
      if (!answer.ok) throw new Error(String(answer.status));
      waitMs = EVERY_MS;
      take(await answer.text());
    } catch {
      // The server starts anew, or nobody is signed in any more.
      waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS);
      plan();
    }
  };

  const plan = () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void ask(), waitMs);
  };
  plan();
};

for (const part of document.querySelectorAll('[data-live]')) follow(part);
