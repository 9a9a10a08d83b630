// When the largest thing was painted, ms since the navigation began. Everything is there, so that the
// next frame has it all.
(longestMs) =>
  new Promise((resolve, reject) => {
    let last;
    const observer = new window.PerformanceObserver((list) => {
      const isFirst = !last;
      last = list.getEntries().at(-1) ?? last;
      if (isFirst && last) window.requestAnimationFrame(() => window.requestAnimationFrame(end));
    });
    const end = () => {
      last = observer.takeRecords().at(-1) ?? last;
      observer.disconnect();
      resolve(last.startTime);
    };
    observer.observe({ type: 'largest-contentful-paint', buffered: true });
    setTimeout(() => {
      if (!last) reject(new Error('Nothing was painted'));
    }, longestMs);
  });
