import { Controller, Get, Logger, Module } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { type Application, Router } from 'express';
import request from 'supertest';
import {
  type Right,
  RIGHTS,
  type Role,
  roleCovers,
  ROLES,
  type Scope,
  scopeCovers,
  SCOPES,
} from '../../src/access/rights.js';
import { UserService } from '../../src/access/user.service.js';
import { AppModule } from '../../src/app.module.js';
import { configureApp } from '../../src/configure-app.js';
import { Browser, TEST_PASSWORD, TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { entriesOf, mountedRoutesOf, routesOf } from '../support/routes.js';
import { tried } from '../support/tries-tally.js';

type Entry = ReturnType<typeof entriesOf>[number];

const roleOf = (right: Right): Role | null =>
  right.kind === 'page' || right.kind === 'either' ? right.role : null;
const scopeOf = (right: Right): Scope | null =>
  right.kind === 'api' || right.kind === 'either' ? right.scope : null;

describeOnEachDatabase('rights', (database) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({ env: database().env });
  });
  afterAll(async () => {
    await app.stop();
  });

  it('are given for every route that the application answers', () => {
    const routes = routesOf(app.nest);

    expect(routes).toContain('POST /login');
    expect(routes.filter((route) => !Object.hasOwn(RIGHTS, route))).toEqual([]);
  });

  it('are given for no route that it does not answer', () => {
    const routes = routesOf(app.nest);

    expect(Object.keys(RIGHTS).filter((route) => !routes.includes(route))).toEqual([]);
  });

  it('are refused to who is not known: a page sends to the sign-in, JSON answers 401', async () => {
    await app.browser('viewer');
    const browser = new Browser(app.http);
    const csrf = (await browser.open('/login')).page('input[name=_csrf]').attr('value') ?? '';
    expect(csrf).not.toBe('');
    const outcomes = [];
    for (const { route, right, method, address } of entriesOf(app.nest)) {
      if (right.kind === 'public') continue;
      for (const token of method === 'GET' ? [''] : ['', csrf]) {
        const response = await ask(browser.agent, method, address, token);
        const isRefused =
          right.kind === 'page'
            ? response.status === 303 && response.headers.location === '/login'
            : response.status === 401;
        tried('routes without a session or token');
        outcomes.push([route, isRefused ? 'refused' : response.status]);
      }
    }

    expect(outcomes.filter(([, outcome]) => outcome !== 'refused')).toEqual([]);
    expect(outcomes.length).toBeGreaterThan(50);
  });

  it('let HEAD do what GET may, and no more', async () => {
    expect((await request(app.http).head('/vendor')).headers.location).toBe('/login');
    expect((await request(app.http).head('/api/v1/vendors')).status).toBe(401);
    const browser = await app.browser('viewer');
    expect((await browser.agent.head('/vendor')).status).toBe(200);
  });

  it.each(ROLES)('let a signed-in %s through exactly where the role reaches', async (role) => {
    const browser = await app.browser(role);
    const csrf = (await browser.open('/vendor')).page('input[name=_csrf]').attr('value') ?? '';
    const isRight = async ({ right, method, address }: Entry, needed: Role) => {
      const response = await ask(browser.agent, method, address, csrf);
      const isStopped = response.status === 403 || response.status === 401;
      const isSentAway = response.status === 303 && response.headers.location === '/login';
      if (roleCovers(role, needed)) return !isStopped && !isSentAway;
      return response.status === 403 && (right.kind !== 'page' || says(response.text));
    };
    const says = (text: string) => text.includes('You may not do this.');

    const wrong = [];
    for (const entry of entriesOf(app.nest)) {
      // It ends the session of this walk; access-profile.int-spec.ts has it for each role.
      if (entry.route === 'POST /profile/sessions/end') continue;
      const needed = roleOf(entry.right);
      if (needed) tried('routes with each role');
      if (needed && !(await isRight(entry, needed))) wrong.push(entry.route);
    }
    expect(wrong).toEqual([]);
  });

  it('say which role a page takes, and which one has', async () => {
    const { page } = await (await app.browser('viewer')).open('/audit');
    expect(page('main').text()).toContain('It takes the role admin, and yours is viewer');
  });

  it.each(SCOPES)(
    'let a token of scope %s through exactly where the scope reaches',
    async (scope) => {
      const { token } = await app.api(scope);
      const wrong = [];
      for (const { route, right, method, address } of entriesOf(app.nest)) {
        const needed = scopeOf(right);
        if (!needed) continue;
        tried('routes with each token scope');
        const response = await askJson(request(app.http), method, address, token);
        const isRight = scopeCovers(scope, needed)
          ? ![401, 403].includes(response.status)
          : response.status === 403 && response.body.code === 'FORBIDDEN_SCOPE';
        if (!isRight) wrong.push([route, response.status]);
      }
      expect(wrong).toEqual([]);
    },
  );

  it('take a session on no JSON route but the stream of events', async () => {
    const browser = await app.browser('admin');
    const accepted = [];
    for (const { route, right, method, address } of entriesOf(app.nest)) {
      if (right.kind !== 'api' && right.kind !== 'either') continue;
      const response = await ask(browser.agent, method, address, '');
      tried('JSON routes with a session alone');
      if (response.status !== 401) accepted.push(route);
    }
    expect(accepted).toEqual(['GET /api/v1/scans/:id/events']);
  });

  it('take a token on no page', async () => {
    const { token } = await app.api('admin');
    const accepted = [];
    for (const { route, right, method, address } of entriesOf(app.nest)) {
      if (right.kind !== 'page') continue;
      tried('pages with a token alone');
      const response = await askJson(request(app.http), method, address, token);
      const isSentAway = response.status === 303 && response.headers.location === '/login';
      if (!isSentAway && response.status !== 403) accepted.push(route);
    }
    expect(accepted).toEqual([]);
  });

  it('are not in the way of mounted routers, of which there is one: the API’s description', () => {
    expect(mountedRoutesOf(app.nest)).toEqual(['GET /openapi.json', 'GET /docs']);
  });

  it('leave the documentation of the API, static files and health open', async () => {
    for (const path of ['/api/docs', '/api/openapi.json', '/health/live']) {
      expect([path, (await request(app.http).get(path)).status]).toEqual([path, 200]);
    }
  });
});

@Controller('planted')
class PlantedPages {
  @Get()
  show(): string {
    return 'reached';
  }
}

@Module({ controllers: [PlantedPages] })
class PlantedModule {}

describeOnEachDatabase('a route without rights', (database) => {
  it('is found by the check, and refused to an admin', async () => {
    const log = jest.spyOn(Logger.prototype, 'error').mockImplementation();
    const testing = await Test.createTestingModule({
      imports: [
        AppModule.register({
          env: { VIRUSTOTAL_BASE_URL: 'http://127.0.0.1:9', LOG_LEVEL: 'error', ...database().env },
        }),
        PlantedModule,
      ],
    }).compile();
    const nest = testing.createNestApplication<NestExpressApplication>({ bodyParser: false });
    configureApp(nest);
    await nest.init();
    // Past Nest, where no guard would stand before it; and in a router of its own.
    const express = nest.getHttpAdapter().getInstance() as Application;
    express.get('/raw', (_request, response) => void response.send('reached'));
    express.use(
      '/mounted',
      Router().get('/raw', (_request, response) => void response.end()),
    );
    try {
      const unlisted = routesOf(nest).filter((route) => !Object.hasOwn(RIGHTS, route));
      const admin = {
        email: 'planted@example.com',
        password: TEST_PASSWORD,
        role: 'admin',
      } as const;
      await nest.get(UserService).create(admin);
      const browser = new Browser(nest.getHttpServer());
      await browser.submit('/login', { email: admin.email, password: admin.password });
      expect((await browser.open('/vendor')).response.status).toBe(200);
      const { response } = await browser.open('/planted');

      expect(unlisted).toEqual(['GET /planted', 'GET /raw']);
      expect(mountedRoutesOf(nest)).toContain('GET /raw');
      expect(() => entriesOf(nest)).toThrow('GET /planted has no entry');
      expect(response.status).toBe(403);
      expect(response.text).not.toContain('reached');
      expect(log.mock.calls.join()).toContain('GET /planted');
    } finally {
      await nest.close();
      log.mockRestore();
    }
  });
});

function ask(agent: Browser['agent'], method: string, address: string, csrf: string) {
  switch (method) {
    case 'GET':
      return agent.get(address);
    case 'POST':
      return agent.post(address).type('form').send({ _csrf: csrf });
    default:
      return askJson(agent, method, address);
  }
}

function askJson(
  agent: Pick<Browser['agent'], 'get' | 'post' | 'put' | 'patch' | 'delete'>,
  method: string,
  address: string,
  token?: string,
) {
  const verb = method.toLowerCase() as 'get' | 'post' | 'put' | 'patch' | 'delete';
  const test = agent[verb](address);
  if (token !== undefined) test.set('Authorization', `Bearer ${token}`);
  return verb === 'get' ? test : test.send({});
}
