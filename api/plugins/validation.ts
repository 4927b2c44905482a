import type { FastifySchemaCompiler } from 'fastify';
import { IsBoolean, IsInteger, IsNumber, IsObject, type TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { Errors } from 'typebox/value';
import { type FieldFault, invalidRequest, notFound } from '../problems/problem.ts';
import { narrowSchema } from './narrow-schema.ts';

type Fault = ReturnType<typeof Errors>[number];

/** Checks a part of the request by its schema. Texts from the address become numbers, JSON is taken as it is. */
export const checkWithTypeBox: FastifySchemaCompiler<TSchema> = ({ schema, httpPart = 'body' }) => {
  const validator = Compile(schema);
  return (given: unknown) => {
    const value = httpPart === 'body' ? given : readTexts(schema, given);
    if (validator.Check(value)) return { value };
    // A path that cannot name anything names nothing.
    if (httpPart === 'params') return { error: notFound('address') };
    const part = httpPart === 'querystring' ? 'query' : httpPart;
    const faults = Errors(narrowSchema(schema, value), value);
    return { error: invalidRequest(faults.flatMap((fault) => explain(part, fault))) };
  };
};

/** In an address or a header all values are texts: those of numbers and booleans are read as such. */
function readTexts(schema: TSchema, given: unknown): unknown {
  if (!IsObject(schema) || typeof given !== 'object' || given === null) return given;
  const entries = Object.entries(given).map(([name, text]) => {
    const field = schema.properties[name];
    return [name, field === undefined ? text : readText(field, text)];
  });
  return Object.fromEntries(entries);
}

function readText(field: TSchema, text: unknown): unknown {
  if (typeof text !== 'string') return text;
  if (IsInteger(field) || IsNumber(field))
    return /^-?\d{1,15}(\.\d{1,15})?$/.test(text) ? Number(text) : text;
  if (IsBoolean(field) && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

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
