import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { Value } from 'typebox/value';
import { type FieldFault, invalidRequest, notFound } from '../problems/problem.ts';

type Fault = ReturnType<Validator['Errors']>[number];

/** Checks a part of the request by its schema. Texts from the address become numbers, JSON is taken as it is. */
export const checkWithTypeBox: FastifySchemaCompiler<TSchema> = ({ schema, httpPart = 'body' }) => {
  const validator = Compile(schema);
  return (given: unknown) => {
    const value = httpPart === 'body' ? given : Value.Default(schema, Value.Convert(schema, given));
    if (validator.Check(value)) return { value };
    // A path that cannot name anything names nothing.
    if (httpPart === 'params') return { error: notFound('address') };
    const part = httpPart === 'querystring' ? 'query' : httpPart;
    return {
      error: invalidRequest(validator.Errors(value).flatMap((fault) => explain(part, fault))),
    };
  };
};

function explain(part: string, fault: Fault): FieldFault[] {
  const path = [part, ...fault.instancePath.split('/').slice(1)].join('.');
  if (fault.keyword === 'required') {
    return fault.params.requiredProperties.map((name) => ({
      path: `${path}.${name}`,
      message: 'is missing',
    }));
  }
  if (fault.keyword === 'additionalProperties') {
    return fault.params.additionalProperties.map((name) => ({
      path: `${path}.${name}`,
      message: 'is not known here',
    }));
  }
  // The same fault a second time, in words that say less.
  if (fault.keyword === 'boolean') return [];
  if (fault.keyword === 'enum') {
    return [{ path, message: `must be one of ${fault.params.allowedValues.join(', ')}` }];
  }
  if (fault.keyword === 'pattern') return [{ path, message: 'is not of the form this field has' }];
  return [{ path, message: fault.message }];
}
