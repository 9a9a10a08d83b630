// Sends the form that goes to an address with nothing in it, past what the browser would check.
(action) => {
  const isIt = (form) => form.method === 'post' && new URL(form.action).pathname === action;
  const form = [...document.forms].find(isIt);
  if (!form) throw new Error(`No form goes to ${action}`);
  for (const field of form.elements) {
    if (field.type === 'hidden' || field.localName === 'button') continue;
    if (field.type === 'checkbox' || field.type === 'radio') field.checked = false;
    else if (field.localName === 'select') field.selectedIndex = field.multiple ? -1 : 0;
    else field.value = '';
  }
  form.submit();
};
