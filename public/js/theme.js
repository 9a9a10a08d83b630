// Changes the colours at once, and keeps what is typed on the page; without it the page loads anew.
for (const form of document.querySelectorAll('[data-theme-switch]')) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const { value } = event.submitter;
    const root = document.documentElement;
    if (value === 'system') delete root.dataset.bsTheme;
    else root.dataset.bsTheme = value;
    for (const button of document.querySelectorAll('[data-theme-switch] button')) {
      button.setAttribute('aria-pressed', String(button.value === value));
    }
    const body = new URLSearchParams(new window.FormData(form, event.submitter));
    fetch(form.action, { method: 'POST', body, redirect: 'manual' }).catch(() => {
      // Not kept, but shown: the page that fails next says why.
    });
  });
}
