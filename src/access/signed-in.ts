import { type FormDone, freshForm } from '../web/form.js';
import { translator } from '../web/translator.js';
import type { HeldForm } from './held-form.rules.js';
import { heldModel } from './sign-in-page.js';

const t = translator();

type Next = FormDone | { view: string; model: object };

/** Where who is signed in goes on: to a form that waits, if there is one. */
export function signedIn(email: string, to: string, held: HeldForm | null): Next {
  if (held === null) return { to, flash: t('access.signedIn', { email }) };
  return {
    view: 'access/back_to_form',
    model: { pageTitle: t('access.signedInAgain', { email }), ...heldModel(held) },
  };
}

/** Where who has a second factor goes on. No redirect with a form that waits: it goes along. */
export function toSecondFactor(held: HeldForm | null): Next {
  return held === null
    ? { to: '/login/code', flash: null }
    : { view: 'access/login_code', model: codeModel(held) };
}

/** What the page that asks for the second factor shows. */
export function codeModel(held: HeldForm | null): object {
  return { pageTitle: t('access.codeTitle'), ...heldModel(held), ...freshForm() };
}
