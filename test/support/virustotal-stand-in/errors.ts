/** An answer of the API: a body that is sent as JSON, and headers beside the usual ones. */
export interface ApiAnswer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

/** Status, code and message of each error: VIRUSTOTAL.md section 5, "Errors". */
const ERRORS = {
  BadRequestError: [400, 'Bad request'],
  InvalidArgumentError: [400, 'Invalid argument'],
  NotAvailableYet: [400, 'The resource is not available yet, try later'],
  UnselectiveContentQueryError: [400, 'The content query is not selective enough'],
  UnsupportedContentQueryError: [400, 'Unsupported content query'],
  AuthenticationRequiredError: [401, 'X-Apikey header is missing'],
  UserNotActiveError: [401, 'User is not active'],
  WrongCredentialsError: [401, 'Wrong API key'],
  ForbiddenError: [403, 'You are not authorized to perform the requested operation'],
  NotFoundError: [404, 'Resource not found'],
  AlreadyExistsError: [409, 'Resource already exists'],
  FailedDependencyError: [424, 'Failed dependency'],
  QuotaExceededError: [429, 'Quota exceeded'],
  TooManyRequestsError: [429, 'Too many requests'],
  TransientError: [503, 'Transient error, please retry'],
  DeadlineExceededError: [504, 'Deadline exceeded'],
} as const;

export type ErrorCode = keyof typeof ERRORS;

/** The answer that carries an error, with its usual message unless another is given. */
export function errorAnswer(code: ErrorCode, message: string = ERRORS[code][1]): ApiAnswer {
  return { status: ERRORS[code][0], body: { error: { code, message } } };
}

/** The code that usually goes with a status; `TransientError` for one that has none. */
export function codeForStatus(status: number): ErrorCode {
  if (status === 429) return 'TooManyRequestsError';
  if (status === 401) return 'WrongCredentialsError';
  const codes = Object.keys(ERRORS) as ErrorCode[];
  return codes.find((code) => ERRORS[code][0] === status) ?? 'TransientError';
}

/** The usual message of a code; null for one that the API does not have. */
export function messageOfCode(code: string): string | null {
  return Object.hasOwn(ERRORS, code) ? ERRORS[code as ErrorCode][1] : null;
}
