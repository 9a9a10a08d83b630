import type { HttpService } from '@nestjs/axios';
import { Injectable } from '@nestjs/common';
import { LazyModuleLoader } from '@nestjs/core';
import type { AxiosRequestConfig, AxiosResponse } from 'axios';
import { firstValueFrom } from 'rxjs';
import { USER_AGENT } from './user-agent.js';

/** No request lasts longer, from connecting to the last byte, ms. */
export const REQUEST_BOUND_MS = 60_000;

/** No answer of VirusTotal is larger: an analysis has about 20 KB. */
export const MAX_BODY_BYTES = 8 * 1024 * 1024;

/**
 * The HTTP module of Nest as VirusTotal is spoken to. It is loaded at the first request: axios
 * takes a fifteenth of the start to load, and no page waits for it.
 */
@Injectable()
export class VirusTotalHttp {
  private service: Promise<HttpService> | null = null;

  constructor(private readonly modules: LazyModuleLoader) {}

  /**
   * One request, whatever the status of its answer.
   * @throws AxiosError when there is no answer, or one that is too large
   */
  async request(request: AxiosRequestConfig): Promise<AxiosResponse<string>> {
    this.service ??= this.load();
    return firstValueFrom((await this.service).request<string>(request));
  }

  private async load(): Promise<HttpService> {
    const { HttpModule, HttpService } = await import('@nestjs/axios');
    const options = {
      timeout: REQUEST_BOUND_MS,
      maxRedirects: 0,
      maxContentLength: MAX_BODY_BYTES,
      maxBodyLength: MAX_BODY_BYTES,
      responseType: 'text' as const,
      // Status first, JSON second: both are the client's business.
      validateStatus: () => true,
      transformResponse: (body: unknown) => body,
      headers: { 'User-Agent': USER_AGENT, 'x-tool': 'oju' },
    };
    const module = await this.modules.load(() => HttpModule.register(options), { logger: false });
    return module.get(HttpService);
  }
}
