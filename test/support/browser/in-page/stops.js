// Remembers what the Tab key has to reach on this page, and how each looks without the focus.
// Returns how many there are; a group of radio buttons counts once.
() => {
  const reachable =
    'a[href], button, input, select, textarea, summary, [tabindex], [contenteditable=true]';
  const isStop = (element) =>
    element.tabIndex >= 0 &&
    !element.disabled &&
    element.type !== 'hidden' &&
    !element.closest('[inert]') &&
    element.checkVisibility({ visibilityProperty: true });
  const groups = new Set();
  const isFirstOfGroup = (element) => {
    if (element.type !== 'radio') return true;
    const key = `${[...document.forms].indexOf(element.form)} ${element.name}`;
    if (groups.has(key)) return false;
    groups.add(key);
    return true;
  };
  const stops = [...document.querySelectorAll(reachable)].filter(isStop).filter(isFirstOfGroup);
  const unfocused = new Map(
    stops.map((element) => [element, window.getComputedStyle(element).boxShadow]),
  );
  window.ojuStops = { stops, unfocused, reached: new Set() };
  return stops.length;
};
