import type { Request } from 'express';
import type { ErrorResponse } from './error-response.js';
import { translator } from './translator.js';

export const PROBLEM_TYPE = 'application/problem+json';

/** An error as JSON routes answer it (RFC 9457). */
export function problemOf(answer: ErrorResponse, request: Request): string {
  const t = translator('en');
  const params = { ...answer.params, requestId: request.requestId };
  const errors = answer.fields.map(({ field, message, params: fieldParams }) => ({
    field,
    message: t(message, fieldParams),
  }));
  return JSON.stringify({
    type: 'about:blank',
    title: t(answer.title),
    status: answer.status,
    detail: t(answer.detail, params),
    code: answer.code,
    requestId: request.requestId,
    ...(errors.length > 0 ? { errors } : {}),
    ...answer.extra,
  });
}
