import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  type ExecutionContext,
} from '@nestjs/common';
import { FileInterceptor } from '@nestjs/platform-express';
import type { Request, Response } from 'express';
import { EMPTY } from 'rxjs';
import type { ErrorFilter } from '../web/error.filter.js';
import { addFlash } from '../web/flash.js';
import { freshForm } from '../web/form.js';
import { refererPath } from '../web/local-path.rules.js';
import { forReaderOf } from '../web/reader.js';
import { translator } from '../web/translator.js';
import { SecondFactorMissingError, SignedOutError } from './access.errors.js';
import { type HeldForm, holdForm } from './held-form.rules.js';
import type { SignInPage } from './sign-in-page.js';

const t = translator();

/** A form with more than this holds a file; strangers are not listened to for so long. */
const MOST_BYTES = 1_500_000;

/** Reads the text of a form with a file, and no file. */
const TextOfUpload = FileInterceptor('file', {
  limits: { fields: 10, fieldSize: MOST_BYTES },
  fileFilter: (_request, _file, done) => {
    done(null, false);
  },
});

type Interruption = SignedOutError | SecondFactorMissingError;

/**
 * Answers a form that somebody filled in who was signed out meanwhile with the sign-in page, which
 * has what was typed on it, but for secrets. Nothing of it is kept here: who sent it is nobody. Who
 * has to set up a second factor first gets a page that has it as well.
 */
@Catch(SignedOutError, SecondFactorMissingError)
export class SignedOutFilter implements ExceptionFilter<Interruption> {
  private readonly upload = new TextOfUpload();

  constructor(
    private readonly page: SignInPage,
    private readonly errors: ErrorFilter,
  ) {}

  async catch(error: Interruption, host: ArgumentsHost): Promise<void> {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    if (error instanceof SecondFactorMissingError && !error.isForm) {
      this.errors.answer(error, request, response);
      return;
    }
    try {
      const held = await this.held(request, host);
      if (error instanceof SecondFactorMissingError) {
        this.answerWithSetUp(error, held, request, response);
        return;
      }
      forReaderOf(request, () => {
        this.answer(held, request, response);
      });
    } catch {
      // Only a form in parts that cannot be read gets here: without its text, the sign-in is left.
      this.errors.answer(error, request, response);
    }
  }

  private answer(held: HeldForm | null, request: Request, response: Response): void {
    if (held === null) {
      request.session.returnTo = refererPath(request.headers) ?? undefined;
      addFlash(request, 'warning', t('access.signedOutMeanwhile'));
      response.redirect(303, '/login');
      return;
    }
    response.status(401).render('access/login', { ...this.page.model(held), ...freshForm() });
  }

  private answerWithSetUp(
    error: SecondFactorMissingError,
    held: HeldForm | null,
    request: Request,
    response: Response,
  ): void {
    if (held === null) {
      this.errors.answer(error, request, response);
      return;
    }
    forReaderOf(request, () => {
      const pageTitle = t('access.secondFactor.heldTitle');
      response.status(403).render('access/second_factor_first', { pageTitle, held });
    });
  }

  private async held(request: Request, host: ArgumentsHost): Promise<HeldForm | null> {
    const isUpload = request.is('multipart/form-data') !== false;
    if (isUpload) {
      const bytes = Number(request.get('content-length'));
      if (!(bytes <= MOST_BYTES)) return null;
      await this.upload.intercept(host as ExecutionContext, { handle: () => EMPTY });
    }
    return holdForm(request.originalUrl, request.body, isUpload);
  }
}
