import type { Request, Response } from 'express';
import { refuseStale } from './csrf.js';
import { DomainError } from './domain-error.js';
import { asSentence, type FieldLabels, isFragment } from './field-message.rules.js';
import { addFlash } from './flash.js';
import type { Flash } from './request.js';
import { translator } from './translator.js';

/** What a form's view gets beside its own model. */
export interface FormState {
  /** What was typed, by field; never a secret. */
  values: Record<string, unknown>;
  /** Messages by field. */
  errors: Record<string, string>;
  /** The same in order, each with its field's label, for the summary above the form. */
  errorList: { field: string; message: string }[];
  /** A message that belongs to no field. */
  formError: string | null;
}

/** A form before anything was sent. */
export function freshForm(values: Record<string, unknown> = {}): FormState {
  return { values, errors: {}, errorList: [], formError: null };
}

/** Where a form that was taken leads. */
export interface FormDone {
  to: string;
  flash?: string | null;
  kind?: Flash['kind'];
  link?: Flash['link'];
}

/** A posted form, and what becomes of it. */
export interface FormSubmission<T> {
  request: Request;
  response: Response;
  /** Validates and does what the form asks for; throws DomainErrors. */
  action: () => Promise<T>;
  /** Where to go then, and what to say there; without a flash nothing. Or a page at once. */
  onDone: (result: T) => FormDone | { view: string; model: object };
  /** Shows the form again: the view's name, and its model from the form's state. */
  onError: (form: FormState) => Promise<{ view: string; model: object }>;
  /** Fields that must not be shown again. */
  secretFields?: readonly string[];
  /** For messages that say what a field takes without naming it. */
  labels?: FieldLabels;
}

/**
 * Handles a posted form the one way: done, then 303 with a flash message; or the same form again
 * with status 422, what was typed kept, each message by its field. One from before its user signed
 * in is but shown again. Anything that is not a DomainError, and a form whose object is gone, goes on
 * to the error filter.
 */
export async function submitForm<T>(submission: FormSubmission<T>): Promise<void> {
  const { request, response } = submission;
  try {
    refuseStale(request);
    const done = submission.onDone(await submission.action());
    if ('view' in done) {
      response.status(200).render(done.view, done.model);
      return;
    }
    const { to, flash, kind = 'success', link } = done;
    if (flash != null) addFlash(request, kind, flash, link);
    response.redirect(303, to);
  } catch (error) {
    if (!(error instanceof DomainError) || !isAboutTheForm(error)) throw error;
    const form = formWithErrors(request, error, submission);
    const { view, model } = await submission.onError(form);
    response.status(422).render(view, { ...model, ...form });
  }
}

/** True for an error that the form itself can tell. */
export function isAboutTheForm(error: DomainError): boolean {
  return error.kind === 'invalid' || error.kind === 'conflict';
}

/** A form as it was sent, with what is wrong with it. */
export function formWithErrors(
  request: Request,
  error: DomainError,
  { secretFields = [], labels = {} }: Pick<FormSubmission<unknown>, 'secretFields' | 'labels'>,
): FormState {
  const t = translator();
  const body = (request.body ?? {}) as Record<string, unknown>;
  const values = Object.fromEntries(
    Object.entries(body).filter(([name]) => !name.startsWith('_') && !secretFields.includes(name)),
  );
  // A browser sends fields as they stand on the page, which is how they are read.
  const order = Object.keys(body);
  const placeOf = ({ field }: { field: string }) => {
    const place = order.indexOf(field);
    return place < 0 ? order.length : place;
  };
  const faults = (error.details.fields ?? [])
    .map(({ field, message, params }) => ({ field, message: t(message, params) }))
    .sort((one, other) => placeOf(one) - placeOf(other));
  const named = (field: string) => (labels[field] ? t(labels[field]) : field);
  return {
    values,
    errors: Object.fromEntries(faults.map(({ field, message }) => [field, asSentence(message)])),
    errorList: faults.map(({ field, message }) => ({
      field,
      message: isFragment(message) ? `${named(field)}${t('app.colon')}${message}` : message,
    })),
    formError: faults.length > 0 ? null : t(error.messageKey, error.details.params),
  };
}
