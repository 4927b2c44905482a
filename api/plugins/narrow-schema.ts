import { IsArray, IsLiteral, IsObject, IsUnion, type TObject, type TSchema, Type } from 'typebox';

/**
 * The schema that a value is meant to fit: of a union of objects that say what they are in a field, such
 * as `op`, the one whose word the value has. Otherwise a fault would be told once for each of the others.
 */
export function narrowSchema(schema: TSchema, value: unknown): TSchema {
  if (IsUnion(schema)) return narrowUnion(schema.anyOf, value) ?? schema;
  if (IsArray(schema) && Array.isArray(value)) {
    const items = value.map((item) => narrowSchema(schema.items, item));
    const { items: _, ...limits } = schema;
    const fits = items.every((item) => item === schema.items);
    return fits ? schema : Type.Intersect([Type.Array(Type.Unknown(), limits), Type.Tuple(items)]);
  }
  if (IsObject(schema) && isFields(value)) {
    const properties = Object.entries(schema.properties).map(([name, field]) => {
      return [name, Object.hasOwn(value, name) ? narrowSchema(field, value[name]) : field] as const;
    });
    return { ...schema, properties: Object.fromEntries(properties) };
  }
  return schema;
}

function narrowUnion(branches: readonly TSchema[], value: unknown): TSchema | undefined {
  if (!isFields(value) || !branches.every((branch) => IsObject(branch))) return undefined;
  const [name] = Object.entries(branches[0]?.properties ?? {}).find(([, field]) =>
    IsLiteral(field),
  ) ?? [undefined];
  if (name === undefined) return undefined;
  const words = branches.map((branch) => wordOf(branch, name));
  const meant = branches[words.findIndex((word) => word !== undefined && word === value[name])];
  if (meant !== undefined) return narrowSchema(meant, value);
  return Type.Object({ [name]: Type.Enum(words.filter((word) => word !== undefined)) });
}

function wordOf({ properties }: TObject, name: string): string | undefined {
  const field = properties[name];
  return field !== undefined && IsLiteral(field) && typeof field.const === 'string'
    ? field.const
    : undefined;
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
