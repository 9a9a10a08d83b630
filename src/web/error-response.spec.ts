import {
  BadRequestException,
  ForbiddenException,
  HttpException,
  NotFoundException,
  PayloadTooLargeException,
  UnauthorizedException,
} from '@nestjs/common';
import { DomainError, type ErrorKind, NotFoundError, ValidationFailed } from './domain-error.js';
import { errorResponse } from './error-response.js';
import { translator } from './translator.js';

const t = translator();
const parserError = (type: string) => Object.assign(new Error('Unexpected token'), { type });

describe('errorResponse', () => {
  it.each<[ErrorKind, number]>([
    ['invalid', 422],
    ['malformed', 400],
    ['not_found', 404],
    ['conflict', 409],
    ['unauthenticated', 401],
    ['forbidden', 403],
    ['unavailable', 503],
  ])('a domain error that is %s is %i', (kind, status) => {
    const error = new DomainError(kind, 'SOME.CODE', 'error.malformed', {
      params: { reason: 'why' },
      fields: [{ field: 'name', message: 'error.limit' }],
      extra: { id: '7' },
    });
    expect(errorResponse(error)).toEqual({
      status,
      title: `error.title${status}`,
      detail: 'error.malformed',
      code: 'SOME.CODE',
      params: { reason: 'why' },
      fields: [{ field: 'name', message: 'error.limit' }],
      extra: { id: '7' },
      redirectTo: null,
    });
  });

  it.each<[string, unknown, number, string]>([
    ['what is not there', new NotFoundError(), 404, 'NOT_FOUND'],
    ['bad fields', new ValidationFailed([]), 422, 'VALIDATION_FAILED'],
    ["Nest's 400", new BadRequestException('Bad'), 400, 'MALFORMED'],
    ["Nest's 401", new UnauthorizedException(), 401, 'UNAUTHENTICATED'],
    ["Nest's 403", new ForbiddenException(), 403, 'FORBIDDEN'],
    ["Nest's 404", new NotFoundException(), 404, 'NOT_FOUND'],
    ["Nest's 413", new PayloadTooLargeException(), 413, 'TOO_LARGE'],
    ["Nest's 429", new HttpException('Slow down', 429), 429, 'TOO_MANY_REQUESTS'],
    ['JSON that does not parse', parserError('entity.parse.failed'), 400, 'MALFORMED'],
    ['an unknown encoding', parserError('encoding.unsupported'), 400, 'MALFORMED'],
    ['an unknown charset', parserError('charset.unsupported'), 400, 'MALFORMED'],
    ['a body cut short', parserError('request.size.invalid'), 400, 'MALFORMED'],
    ['a body too large', parserError('entity.too.large'), 413, 'TOO_LARGE'],
    ['a form of too many fields', parserError('parameters.too.many'), 413, 'TOO_LARGE'],
    ['a fault of ours', new Error('SELECT secret FROM users'), 500, 'INTERNAL'],
    ['a parser error of a kind not known', parserError('surprise'), 500, 'INTERNAL'],
    ['a text', 'secret', 500, 'INTERNAL'],
    ['null', null, 500, 'INTERNAL'],
    ['nothing', undefined, 500, 'INTERNAL'],
  ])('%s is answered', (_, error, status, code) => {
    const answer = errorResponse(error);
    expect(answer).toMatchObject({ status, code });
    // There is text for it, and what is not meant for callers is not in it.
    const params = { reason: '', requestId: '', ...answer.params };
    expect(t(answer.title)).not.toBe('');
    expect(`${t(answer.detail, params)} ${JSON.stringify(answer)}`).not.toContain('secret');
  });

  it('says why JSON does not parse', () => {
    expect(errorResponse(parserError('entity.parse.failed')).params).toEqual({
      reason: 'Unexpected token',
    });
  });
});
