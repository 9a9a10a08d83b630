// What axe-core finds wrong, a line a rule, with the first places.
async (tags) => {
  const { violations } = await window.axe.run(document, {
    runOnly: { type: 'tag', values: tags },
    rules: { 'target-size': { enabled: true } },
    resultTypes: ['violations'],
    iframes: false,
    // It would get the styles anew, for one rule that is not among these.
    preload: false,
  });
  return violations.map(({ id, help, nodes }) => {
    const places = nodes.slice(0, 3).map(({ target, html, any }) => {
      const why = any.map(({ message }) => message).slice(0, 1);
      return `${target.join(' ')} ${html.slice(0, 120)} ${why.join()}`;
    });
    return `${id} (${help}), ${nodes.length} times: ${places.join(' | ')}`;
  });
};
