import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import { createHash } from 'node:crypto';
import { lastValueFrom, type Observable, of } from 'rxjs';
import { AnswerAgain, type GivenAnswer } from '../web/answer-again.js';
import { ValidationFailed } from '../web/domain-error.js';
import { errorResponse } from '../web/error-response.js';
import { PROBLEM_TYPE, problemOf } from '../web/problem.js';
import { isJsonRoute, readsItsBody } from '../web/request.js';
import { wholeBody } from '../web/whole-body.js';
import { IdempotentAnswers, type Turn } from './idempotent-answers.service.js';

const KEY = /^[\x21-\x7e]{1,255}$/;

/** A webhook's secret that was made just now: it is shown once, and kept in the clear nowhere. */
const MADE_SECRET = /whsec_[A-Za-z0-9+/=]+/g;
const SECRET_GONE = 'whsec_[shown once]';

/**
 * Lets a POST of the API that names an `Idempotency-Key` happen once in 24 hours: the same again
 * gets the first answer, a refusal too, but without a secret that was made for it. A fault of ours
 * (5xx) is not kept, so it may be tried again with the same key. Should the process die after the work and before its answer is kept, the key
 * is free again after two minutes and the work is done anew: in this the answer is not atomic.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(private readonly answers: IdempotentAnswers) {}

  /**
   * @throws ValidationFailed when the key is not 1 to 255 printable characters
   * @throws KeyOfAnotherRequestError, AnswerUnderWayError, AnswerNotKeptError
   */
  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<Request>();
    const response = context.switchToHttp().getResponse<Response>();
    const { actor } = request;
    const key = request.get('idempotency-key');
    const isForIt = request.method === 'POST' && isJsonRoute(request);
    if (!isForIt || key === undefined || actor?.kind !== 'token') return next.handle();
    if (!KEY.test(key)) {
      throw new ValidationFailed([{ field: 'Idempotency-Key', message: 'error.idempotencyKey' }]);
    }
    const content = `${request.originalUrl}\n${await contentOf(request, response)}`;
    const begun = await this.answers.begin(actor.id, key, content);
    if ('answer' in begun) throw new AnswerAgain(begun.answer);
    return of(await this.handle(begun.turn, request, response, next));
  }

  private async handle(
    turn: Turn,
    request: Request,
    response: Response,
    next: CallHandler,
  ): Promise<unknown> {
    let body: unknown;
    try {
      body = await lastValueFrom(next.handle(), { defaultValue: undefined });
    } catch (error) {
      await this.answers.end(turn, refusal(error, request));
      throw error;
    }
    const location = response.getHeader('location');
    await this.answers.end(turn, {
      status: response.statusCode,
      contentType: 'application/json; charset=utf-8',
      location: typeof location === 'string' ? location : null,
      body: body === undefined ? '' : JSON.stringify(body).replace(MADE_SECRET, SECRET_GONE),
    });
    return body;
  }
}

async function contentOf(request: Request, response: Response): Promise<string> {
  if (!readsItsBody(request)) return JSON.stringify(request.body ?? null);
  const body = await wholeBody(request, response);
  return createHash('sha256').update(body).digest('hex');
}

/** Null for a fault of ours. */
function refusal(error: unknown, request: Request): GivenAnswer | null {
  const answer = errorResponse(error);
  if (answer.status >= 500) return null;
  const { status } = answer;
  return { status, contentType: PROBLEM_TYPE, location: null, body: problemOf(answer, request) };
}
