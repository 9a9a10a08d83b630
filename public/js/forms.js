// Sends a form once: a second press while the first is on its way does nothing. Without it the
// server sees that it had the same form before.
const LOCKED_MS = 10_000;
const sent = new WeakSet();

const buttonsOf = (form) => [...form.elements].filter(({ type }) => type === 'submit');

const free = (form) => {
  if (!sent.delete(form)) return;
  form.removeAttribute('aria-busy');
  for (const button of buttonsOf(form)) button.disabled = false;
};

document.addEventListener('submit', (event) => {
  const form = event.target;
  // What a form asks for by GET may be asked again.
  if (event.defaultPrevented || form.method !== 'post') return;
  if (sent.has(form)) {
    event.preventDefault();
    return;
  }
  sent.add(form);
  form.setAttribute('aria-busy', 'true');
  // After the browser has collected the fields: a button that is disabled before is not sent.
  window.setTimeout(() => {
    for (const button of buttonsOf(form)) button.disabled = true;
  });
  // Whoever stopped the browser may try again.
  window.setTimeout(free, LOCKED_MS, form);
});

// The button that goes back shows the page as it was left.
window.addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll('form[aria-busy]')) free(form);
});
