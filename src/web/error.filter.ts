import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import type { Request, Response } from 'express';
import { AnswerAgain, type GivenAnswer } from './answer-again.js';
import { type ErrorResponse, errorResponse } from './error-response.js';
import { refererPath } from './local-path.rules.js';
import { PROBLEM_TYPE, problemOf } from './problem.js';
import { forReaderOf } from './reader.js';
import { isJsonRoute } from './request.js';
import { translator } from './translator.js';

/**
 * Answers every error: RFC 9457 problem+json on JSON routes, a page elsewhere. What is not known
 * goes to the log whole and to the caller as a request id.
 */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger('Error');

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(error, http.getRequest<Request>(), http.getResponse<Response>());
  }

  /** The same for errors of middleware, which Nest's filters do not see. */
  answer(error: unknown, request: Request, response: Response): void {
    if (error instanceof AnswerAgain) {
      answerAgain(error.answer, response);
      return;
    }
    const answer = errorResponse(error);
    if (answer.status >= 500 && answer.code === 'INTERNAL') {
      this.logger.error(error instanceof Error ? (error.stack ?? error.message) : String(error), {
        requestId: request.requestId,
        method: request.method,
        path: request.path,
      });
    }
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (answer.retryAfterSec !== undefined) {
      response.setHeader('Retry-After', String(answer.retryAfterSec));
    }
    if (isJsonRoute(request)) this.answerJson(answer, request, response);
    else
      forReaderOf(request, () => {
        this.answerPage(answer, request, response);
      });
  }

  private answerJson(answer: ErrorResponse, request: Request, response: Response): void {
    if (answer.status === 401) response.setHeader('WWW-Authenticate', 'Bearer realm="oju"');
    response.status(answer.status).type(PROBLEM_TYPE).send(problemOf(answer, request));
  }

  private answerPage(answer: ErrorResponse, request: Request, response: Response): void {
    const redirectTo = answer.status === 401 ? '/login' : answer.redirectTo;
    if (redirectTo !== null) {
      response.redirect(303, redirectTo);
      return;
    }
    const t = translator();
    response.vary('Accept-Language');
    response.status(answer.status).render('errors/error', {
      pageTitle: t(answer.title),
      message: t(answer.detail, { ...answer.params, requestId: request.requestId }),
      requestId: request.requestId,
      // What was typed on it browsers mostly still have.
      backHref: request.method === 'POST' ? refererPath(request.headers) : null,
    });
  }
}

function answerAgain({ status, contentType, location, body }: GivenAnswer, response: Response) {
  if (status === 303 && location !== null) {
    response.redirect(status, location);
    return;
  }
  if (location !== null) response.setHeader('Location', location);
  response.setHeader('Idempotency-Replayed', 'true');
  response.status(status).type(contentType).send(body);
}
