// What every page has one of.
() => ({
  mains: document.querySelectorAll('main, [role=main]').length,
  headings: document.querySelectorAll('h1').length,
  language: document.documentElement.lang,
  title: document.title,
  // A line of the summary above a form that says what something takes, and not what.
  unnamed: [...document.querySelectorAll('.alert li a[href^="#field-"]')]
    .map((line) => line.textContent.trim())
    .filter((text) => /^\p{Ll}/u.test(text)),
});
