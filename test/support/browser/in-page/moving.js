// What moves for longer than so many seconds although people asked for less motion.
(longestSec) => {
  const seconds = (list) => Math.max(...list.split(',').map((each) => parseFloat(each)));
  const moves = (style) =>
    (style.animationName !== 'none' && seconds(style.animationDuration) > longestSec) ||
    (style.transitionProperty !== 'none' && seconds(style.transitionDuration) > longestSec);
  const found = [];
  for (const element of document.querySelectorAll('*')) {
    for (const part of [null, '::before', '::after']) {
      if (!moves(window.getComputedStyle(element, part))) continue;
      found.push(`${element.localName}.${element.className}${part ?? ''}`);
    }
  }
  return [...new Set(found)].slice(0, 5);
};
