import type { Type } from '@nestjs/common';
import { PartialType as partOf } from '@nestjs/mapped-types';
import type * as SwaggerPackage from '@nestjs/swagger';

type Swagger = typeof SwaggerPackage;

/**
 * `@nestjs/swagger` takes a tenth of the start to load, and few processes are ever asked for the
 * description of the API. So what the decorators of this file are given waits here until it is.
 */
const waiting: ((swagger: Swagger) => void)[] = [];

type DecoratorName = {
  [Name in keyof Swagger]: Swagger[Name] extends (
    ...given: never[]
  ) => ClassDecorator | MethodDecorator | PropertyDecorator
    ? Name
    : never;
}[keyof Swagger];

function later<Name extends DecoratorName>(name: Name): Swagger[Name] {
  const decorator = (...given: unknown[]) => {
    return (...place: unknown[]) => {
      waiting.push((swagger) => {
        const make = swagger[name] as (...given: unknown[]) => (...place: unknown[]) => void;
        make(...given)(...place);
      });
    };
  };
  return decorator;
}

/** The decorators of `@nestjs/swagger` by the same names, which load it only when it is needed. */
export const ApiAcceptedResponse = later('ApiAcceptedResponse');
export const ApiConflictResponse = later('ApiConflictResponse');
export const ApiCreatedResponse = later('ApiCreatedResponse');
export const ApiExcludeController = later('ApiExcludeController');
export const ApiNoContentResponse = later('ApiNoContentResponse');
export const ApiOkResponse = later('ApiOkResponse');
export const ApiOperation = later('ApiOperation');
export const ApiProduces = later('ApiProduces');
export const ApiProperty = later('ApiProperty');
export const ApiPropertyOptional = later('ApiPropertyOptional');
export const ApiSecurity = later('ApiSecurity');
export const ApiTags = later('ApiTags');

/** `PartialType` of `@nestjs/swagger`: validates as the part it is, and is described as such. */
export function PartialType<T>(
  whole: Type<T>,
  options: { skipNullProperties?: boolean },
): Type<Partial<T>> {
  const part = partOf(whole, options);
  waiting.push((swagger) => {
    // Metadata is looked up along the prototypes: so the part is described as Swagger's own part.
    const described = swagger.PartialType(whole, options);
    Object.setPrototypeOf(part.prototype, described.prototype as object);
  });
  return part;
}

/** Loads `@nestjs/swagger` and gives it everything that was said of the API until now. */
export async function describedSwagger(): Promise<Swagger> {
  const swagger = await import('@nestjs/swagger');
  for (const describe of waiting.splice(0)) describe(swagger);
  return swagger;
}
