import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { validateDto } from './validation.js';

const PLAIN_TYPES: unknown[] = [String, Number, Boolean, Array, Object, undefined];

/** Validates every body and query whose handler names a DTO class. */
@Injectable()
export class DtoPipe implements PipeTransform {
  transform(value: unknown, metadata: ArgumentMetadata): unknown {
    const { type, metatype } = metadata;
    if (type !== 'body' && type !== 'query') return value;
    if (PLAIN_TYPES.includes(metatype)) return value;
    return validateDto(metatype as new () => object, value ?? {});
  }
}
