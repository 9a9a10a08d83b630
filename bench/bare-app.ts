import 'reflect-metadata';
import { Controller, Get, Module, Render } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { join } from 'node:path';
import { APP_ROOT } from '../src/config/app-root.js';

/** The floor that Oju is measured against: NestJS and one hbs page, and nothing else. */
@Controller()
class BarePage {
  @Get()
  @Render('page')
  page(): { title: string } {
    return { title: 'A bare page' };
  }
}

@Module({ controllers: [BarePage] })
class BareModule {}

async function start(): Promise<void> {
  const app = await NestFactory.create<NestExpressApplication>(BareModule, { logger: false });
  app.setViewEngine('hbs');
  app.setBaseViewsDir(join(APP_ROOT, 'bench', 'bare-views'));
  await app.listen(Number(process.env.PORT), '127.0.0.1');
}

void start();
