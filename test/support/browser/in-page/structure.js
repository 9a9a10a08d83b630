// What every page has one of.
() => ({
  mains: document.querySelectorAll('main, [role=main]').length,
  headings: document.querySelectorAll('h1').length,
  language: document.documentElement.lang,
  title: document.title,
});
