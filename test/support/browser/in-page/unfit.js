// What does not fit its place at the width that the window has: a box that has to be scrolled sideways
// or cuts off what it holds, a word of language broken on a button, a mark or in a table, and a choice
// that is cut. What is longer than words are, such as an address, has to be broken; it may be at strokes
// and hyphens too. Lines of code may be scrolled; what ends in an ellipsis is cut on purpose.
() => {
  const LONGEST_WORD = 20;
  const main = document.querySelector('main');
  const isSeen = (element) => element.checkVisibility() && element.clientWidth > 1;
  const all = (selector) => [...main.querySelectorAll(selector)].filter(isSeen);
  const nameOf = (element) => {
    const text = element.textContent.replace(/\s+/g, ' ').trim().slice(0, 40);
    return `${element.localName}.${element.className} “${text}”`;
  };

  const boxes = all(':not(pre, textarea, input, select)').flatMap((box) => {
    if (!(box instanceof window.HTMLElement)) return [];
    const { overflowX, textOverflow } = window.getComputedStyle(box);
    const excess = box.scrollWidth - box.clientWidth;
    if (excess <= 1 || overflowX === 'visible' || textOverflow === 'ellipsis') return [];
    return [`${nameOf(box)} holds ${excess} px more than it shows`];
  });

  const brokenIn = (element) => {
    const texts = document.createTreeWalker(element, window.NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      if (!texts.currentNode.parentElement.checkVisibility()) continue;
      for (const { 0: word, index } of texts.currentNode.data.matchAll(/[^\s/-]\S+/g)) {
        if (word.length > LONGEST_WORD || /[/-]/.test(word)) continue;
        const range = document.createRange();
        range.setStart(texts.currentNode, index);
        range.setEnd(texts.currentNode, index + word.length);
        const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)));
        if (lines.size > 1) return [word];
      }
    }
    return [];
  };
  const words = all('.btn, .badge, th, td').flatMap((element) =>
    brokenIn(element).map((word) => `${nameOf(element)} breaks “${word}”`),
  );

  const pen = document.createElement('canvas').getContext('2d');
  const choices = all('select').flatMap((select) => {
    const { font, paddingLeft, paddingRight } = window.getComputedStyle(select);
    pen.font = font;
    const text = select.selectedOptions[0]?.text ?? '';
    const room = select.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
    const excess = Math.ceil(pen.measureText(text).width - room);
    return excess > 1 ? [`select.${select.id} cuts ${excess} px off “${text}”`] : [];
  });

  return [...new Set([...boxes, ...words, ...choices])];
};
