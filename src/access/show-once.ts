import type { Request, Response } from 'express';
import { refuseStale } from '../web/csrf.js';
import { DomainError } from '../web/domain-error.js';
import type { FieldLabels } from '../web/field-message.rules.js';
import { type FormState, formWithErrors, isAboutTheForm } from '../web/form.js';

/** The name among the response's locals of where the same form leads that is sent once more. */
export const AGAIN_HREF = 'againHref';

/** What the page shows that shows a secret. */
export interface ShownOnce {
  pageTitle: string;
  about: string;
  note: string;
  /** Links or codes. */
  secrets: readonly string[];
  backHref: string;
  /** Where the same form leads that is sent once more; without it a new secret is made. */
  againHref?: string;
}

/** A posted form that makes a secret, and how that is answered. */
export interface SecretSubmission {
  request: Request;
  response: Response;
  /** Does what the form asks for; throws DomainErrors. */
  action: () => Promise<ShownOnce>;
  /** Shows the form again. */
  onError: (form: FormState) => Promise<{ view: string; model: object }>;
  labels?: FieldLabels;
}

const SECRET_FIELDS = ['password', 'presentPassword', 'code'];

/**
 * Answers a form with the secret that it made. No redirect and no flash message: those would keep
 * the secret in the session's row.
 */
export async function showOnce(submission: SecretSubmission): Promise<void> {
  const { request, response } = submission;
  try {
    refuseStale(request);
    const { againHref, ...shown } = await submission.action();
    response.locals[AGAIN_HREF] = againHref;
    response.setHeader('Cache-Control', 'no-store');
    response.status(200).render('access/shown_once', shown);
  } catch (error) {
    if (!(error instanceof DomainError) || !isAboutTheForm(error)) throw error;
    const form = formWithErrors(request, error, {
      secretFields: SECRET_FIELDS,
      labels: submission.labels,
    });
    const { view, model } = await submission.onError(form);
    response.status(422).render(view, { ...model, ...form });
  }
}
