// The stops of this page that the Tab key has not come to.
() => {
  const { stops, reached } = window.ojuStops;
  return stops
    .filter((_, index) => !reached.has(index))
    .map((element) => `${element.localName} “${(element.textContent || element.name).trim()}”`)
    .slice(0, 5);
};
