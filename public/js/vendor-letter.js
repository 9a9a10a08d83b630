// Copies the text to a vendor, and has the mail links follow it while it is edited. Without it the
// text is selected by hand, and the page makes the links anew when asked to.
const letter = document.querySelector('[data-letter]');
const copy = document.querySelector('[data-copy]');

if (letter) {
  const subject = document.querySelector('#letter-subject').value;
  const tooLong = document.querySelector('[data-too-long]');
  const links = [...document.querySelectorAll('[data-mailto]')];
  const encoded = (text) =>
    encodeURIComponent(text.toWellFormed ? text.toWellFormed() : text).replace(
      /[!'()*]/g,
      (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
    );

  letter.addEventListener('input', () => {
    const body = encoded(letter.value.replace(/\r\n|\r|\n/g, '\r\n'));
    let isTooLong = false;
    for (const link of links) {
      const withSubject = `${link.dataset.mailto}?subject=${encoded(subject)}`;
      const whole = `${withSubject}&body=${body}`;
      const fits = whole.length <= Number(letter.dataset.longest);
      link.href = fits ? whole : withSubject;
      isTooLong ||= !fits;
    }
    tooLong.hidden = !isTooLong;
  });
}

if (letter && copy) {
  copy.hidden = false;
  copy.addEventListener('click', async () => {
    try {
      await window.navigator.clipboard.writeText(letter.value);
    } catch {
      // Without a safe connection browsers offer no clipboard: the text is selected instead.
      letter.select();
      if (!document.execCommand('copy')) return;
    }
    document.querySelector('[data-copied]').textContent = copy.dataset.done;
  });
}
