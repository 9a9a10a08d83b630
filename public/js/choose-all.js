// One box that ticks all boxes of a table. It is made here: without JavaScript it would do nothing.
for (const place of document.querySelectorAll('[data-choose-all]')) {
  const name = place.dataset.chooseAll;
  const boxes = [
    ...place.closest('table').querySelectorAll(`input[type=checkbox][name="${name}"]`),
  ];
  const all = document.createElement('input');
  all.type = 'checkbox';
  all.className = 'form-check-input';
  all.setAttribute('aria-label', place.dataset.label);
  const show = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    all.checked = ticked > 0 && ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
  };
  all.addEventListener('change', () => {
    for (const box of boxes) box.checked = all.checked;
    show();
  });
  for (const box of boxes) box.addEventListener('change', show);
  // A browser that goes back keeps what was ticked, after this has run.
  window.addEventListener('pageshow', show);
  show();
  place.replaceChildren(all);
}
