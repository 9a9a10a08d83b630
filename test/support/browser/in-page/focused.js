// Where the focus is: which stop it is, and whether somebody sees it there. Null on the page itself.
() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const { stops, unfocused, reached } = window.ojuStops;
  const isSameGroup = (stop) =>
    stop.type === 'radio' &&
    element.type === 'radio' &&
    stop.name === element.name &&
    stop.form === element.form;
  const stop = stops.findIndex((each) => each === element || isSameGroup(each));
  reached.add(stop);
  const style = window.getComputedStyle(element);
  const hasOutline = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
  const hasShadow =
    style.boxShadow !== 'none' && style.boxShadow !== (unfocused.get(element) ?? style.boxShadow);

  const { left, right, top, bottom } = element.getBoundingClientRect();
  const middle = [(left + right) / 2, (top + bottom) / 2];
  const corners = [
    [left + 2, top + 2],
    [right - 2, top + 2],
    [left + 2, bottom - 2],
    [right - 2, bottom - 2],
  ];
  const isOnTop = ([x, y]) => {
    const there = document.elementFromPoint(x, y);
    return there && (element.contains(there) || there.contains(element) || isItsLabel(there));
  };
  const isItsLabel = (there) => [...(element.labels ?? [])].some((label) => label.contains(there));
  return {
    stop,
    name: `${element.localName} “${(element.textContent || element.name || '').trim().slice(0, 40)}”`,
    isSeen: hasOutline || hasShadow,
    isCovered: ![middle, ...corners].some(isOnTop),
  };
};
