// The page's cumulative layout shift so far, with what was pushed about.
() =>
  new Promise((resolve) => {
    const entries = [];
    const observer = new window.PerformanceObserver((list) => entries.push(...list.getEntries()));
    observer.observe({ type: 'layout-shift', buffered: true });
    // What is buffered is handed over in a task of its own, and the frame at hand may shift still.
    const twoFrames = (then) =>
      window.requestAnimationFrame(() => window.requestAnimationFrame(then));
    twoFrames(() => {
      entries.push(...observer.takeRecords());
      observer.disconnect();
      const nameOf = ({ node }) => (node ? `${node.localName ?? '#text'}.${node.className}` : '?');
      resolve({
        sum: entries.reduce((sum, { value }) => sum + value, 0),
        what: [...new Set(entries.flatMap(({ sources }) => sources.map(nameOf)))].slice(0, 5),
      });
    });
  });
