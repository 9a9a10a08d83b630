import { Controller, Post, Req, Res } from '@nestjs/common';
import { IsIn, IsOptional, IsString } from 'class-validator';
import type { Request, Response } from 'express';
import { AppConfig } from '../config/app-config.js';
import { ApiExcludeController } from '../web/api-doc.js';
import { chooseTheme, type Theme, THEMES } from '../web/theme.js';
import { says, validateDto } from '../web/validation.js';
import { localPath } from '../web/local-path.rules.js';

class ThemeDto {
  @IsIn(THEMES, says('error.theme'))
  theme!: Theme;

  /** The page that it was chosen on. */
  @IsOptional()
  @IsString(says('error.theme'))
  back?: string;
}

/** The switch between light and dark that every page has. */
@ApiExcludeController()
@Controller('theme')
export class ThemePages {
  constructor(private readonly config: AppConfig) {}

  @Post()
  choose(@Req() request: Request, @Res() response: Response): void {
    const { theme, back } = validateDto(
      ThemeDto,
      fieldsOf(request.body as Record<string, unknown> | undefined),
    );
    chooseTheme(response, theme, this.config.baseUrl.startsWith('https:'));
    response.redirect(303, localPath(back) ?? '/');
  }
}

function fieldsOf({ theme, back }: Record<string, unknown> = {}): object {
  return { theme, back };
}
