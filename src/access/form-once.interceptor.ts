import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { lastValueFrom, type Observable, of } from 'rxjs';
import { AnswerAgain } from '../web/answer-again.js';
import { addFlash } from '../web/flash.js';
import { isJsonRoute } from '../web/request.js';
import { translator } from '../web/translator.js';
import { AnswerUnderWayError } from './access.errors.js';
import { IdempotentAnswers, type Turn } from './idempotent-answers.service.js';
import { AGAIN_HREF } from './show-once.js';

const t = translator();

const KEY = /^[0-9a-f]{24}$/;
/** A button that is pressed twice, or a form that is sent again from the page before, ms. */
const KEPT_MS = 3_600_000;
/** How often, and how long, the second of two waits for what the first is answered, ms. */
const LOOK_EVERY_MS = 100;
const WAIT_MS = 30_000;

/**
 * Lets a form that is sent twice happen once: each page gives its forms a key, and the same form with
 * the same fields and key again gets the redirect that the first one got, or is led to what it made. One that was refused may be
 * sent again. Keys are kept beside those of the API, and like them are not atomic with the work.
 */
@Injectable()
export class FormOnceInterceptor implements NestInterceptor {
  constructor(private readonly answers: IdempotentAnswers) {}

  /** @throws AnswerUnderWayError when the first one takes longer than half a minute */
  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<Request>();
    const response = context.switchToHttp().getResponse<Response>();
    const { actor, formControls, formToken } = request;
    const key = formControls?._once ?? '';
    const isForIt = request.method === 'POST' && !isJsonRoute(request) && formToken === 'good';
    if (!isForIt || !KEY.test(key) || actor?.kind !== 'user') return next.handle();
    const turn = await this.turn(`user ${actor.id}`, `${key} ${digestOf(request)}`, request);
    return of(await this.handle(turn, response, next));
  }

  /** @throws AnswerAgain */
  private async turn(owner: string, key: string, request: Request): Promise<Turn> {
    for (let waitedMs = 0; ; waitedMs += LOOK_EVERY_MS) {
      try {
        const begun = await this.answers.begin(owner, key, '', KEPT_MS);
        if ('turn' in begun) return begun.turn;
        // Whoever pressed twice reads what the first was told.
        if (waitedMs === 0) addFlash(request, 'warning', t('app.sentBefore'));
        throw new AnswerAgain(begun.answer);
      } catch (error) {
        if (!(error instanceof AnswerUnderWayError) || waitedMs >= WAIT_MS) throw error;
        await delay(LOOK_EVERY_MS);
      }
    }
  }

  private async handle(turn: Turn, response: Response, next: CallHandler): Promise<unknown> {
    try {
      await lastValueFrom(next.handle(), { defaultValue: undefined });
    } catch (error) {
      await this.answers.end(turn, null);
      throw error;
    }
    const to = leadsTo(response);
    await this.answers.end(
      turn,
      to === null ? null : { status: 303, contentType: 'text/plain', location: to, body: '' },
    );
    return undefined;
  }
}

/** Where a form led, or would lead that showed a secret; null when it was refused. */
function leadsTo(response: Response): string | null {
  const to: unknown =
    response.statusCode === 303 ? response.getHeader('location') : response.locals[AGAIN_HREF];
  return typeof to === 'string' ? to : null;
}

function digestOf(request: Request): string {
  const content = `${request.originalUrl}\n${JSON.stringify(request.body ?? null)}`;
  return createHash('sha256').update(content).digest('hex');
}
