// By how much the page is wider than its window, and what stands out; what scrolls in a box of its
// own does not.
() => {
  const root = document.documentElement;
  const excess = Math.max(root.scrollWidth, document.body.scrollWidth) - root.clientWidth;
  if (excess <= 0) return { excess: 0, culprits: [] };
  const scrolls = (element) => {
    for (let box = element.parentElement; box && box !== document.body; box = box.parentElement) {
      if (window.getComputedStyle(box).overflowX !== 'visible') return true;
    }
    return false;
  };
  const culprits = [...document.body.querySelectorAll('*')]
    .filter((element) => element.getBoundingClientRect().right > root.clientWidth + 0.5)
    .filter((element) => !scrolls(element))
    .map((element) => `${element.localName}.${element.className}`.slice(0, 80));
  return { excess, culprits: [...new Set(culprits)].slice(-4) };
};
