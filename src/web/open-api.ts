import type { NestExpressApplication } from '@nestjs/platform-express';
import type { OpenAPIObject } from '@nestjs/swagger';
import express, { type Request, type Response } from 'express';
import { dirname } from 'node:path';
import { describedSwagger } from './api-doc.js';

/** Found, not loaded: its main file loads the whole browser bundle. */
const UI_FILES = dirname(require.resolve('swagger-ui-dist/package.json'));

/**
 * Serves the API's description at /api/openapi.json and a page to read it at /api/docs. The
 * description is made when it is first asked for.
 */
export function useOpenApi(app: NestExpressApplication): void {
  let description: Promise<OpenAPIObject> | null = null;
  const docs = express.Router();
  docs.get('/openapi.json', async (_request: Request, response: Response) => {
    description ??= describe(app);
    response.json(await description);
  });
  docs.get('/docs', (_request: Request, response: Response) => {
    response.render('api/docs', { layout: false });
  });
  docs.use('/docs/assets', express.static(UI_FILES, { index: false }));
  app.use('/api', docs);
}

async function describe(app: NestExpressApplication): Promise<OpenAPIObject> {
  const { DocumentBuilder, SwaggerModule } = await describedSwagger();
  const outline = new DocumentBuilder()
    .setTitle('Oju')
    .setDescription(
      'Watches an organisation’s own web platforms with VirusTotal. Every answer is ' +
        '`{ "data": … }`; a list adds `meta`; errors are application/problem+json (RFC 9457).',
    )
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API token: oju_…' })
    .addSecurityRequirements('bearer')
    .build();
  return withIdempotency(SwaggerModule.createDocument(app, outline));
}

/** One interceptor takes the key on every POST, so one place describes it. */
function withIdempotency(description: OpenAPIObject): OpenAPIObject {
  for (const [path, { post }] of Object.entries(description.paths)) {
    if (!post || !path.startsWith('/api/v1/')) continue;
    post.parameters = [
      ...(post.parameters ?? []),
      {
        name: 'Idempotency-Key',
        in: 'header',
        required: false,
        description:
          'Makes it safe to send the request again: for 24 hours the same key of the same token ' +
          'with the same body gets the first answer, with the header Idempotency-Replayed. ' +
          'Another body is 422, and 409 while the first is still being handled. ' +
          'A 5xx answer is not kept.',
        schema: { type: 'string', minLength: 1, maxLength: 255 },
      },
    ];
  }
  return description;
}
