// As much of the format of ONNX models as a small one needs: https://onnx.ai/onnx/repo-docs/IR.html

/** One field of a message: its number, and bytes, a text, a whole number or a message in it. */
type Field = readonly [number, Buffer | string | number];

function message(...fields: readonly Field[]): Buffer {
  return Buffer.concat(
    fields.flatMap(([number, value]) => {
      if (typeof value === 'number') return [varint(number << 3), varint(value)];
      const bytes = Buffer.from(value);
      return [varint((number << 3) | 2), varint(bytes.length), bytes];
    }),
  );
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    bytes.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Buffer.from(bytes);
}

const kinds = { float: 1, int64: 7 } as const;
type Kind = keyof typeof kinds;

/** Something that goes in or out; a dimension with a name may be of any size. */
export type Port = {
  readonly name: string;
  readonly kind: Kind;
  readonly shape: readonly (number | string)[];
};

export type Constant = {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array | BigInt64Array;
};

export type Step = {
  readonly operator: string;
  readonly from: readonly string[];
  readonly to: string;
  readonly numbers?: Readonly<Record<string, number | readonly number[]>>;
};

export type Graph = {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly constants: readonly Constant[];
  readonly steps: readonly Step[];
};

const [format, operators] = [8, 14];

export function writeOnnx({ inputs, outputs, constants, steps }: Graph): Buffer {
  const graph = message(
    ...steps.map((step): Field => [1, writeStep(step)]),
    [2, 'graph'],
    ...constants.map((constant): Field => [5, writeConstant(constant)]),
    ...inputs.map((port): Field => [11, writePort(port)]),
    ...outputs.map((port): Field => [12, writePort(port)]),
  );
  return message([1, format], [7, graph], [8, message([1, ''], [2, operators])]);
}

function writeStep({ operator, from, to, numbers = {} }: Step): Buffer {
  const attributes = Object.entries(numbers).map(([name, value]): Field => {
    if (typeof value === 'number') return [5, message([1, name], [3, value], [20, 2])];
    return [5, message([1, name], ...value.map((one): Field => [8, one]), [20, 7])];
  });
  return message(
    ...from.map((name): Field => [1, name]),
    [2, to],
    [3, to],
    [4, operator],
    ...attributes,
  );
}

function writeConstant({ name, shape, values }: Constant): Buffer {
  const kind = values instanceof Float32Array ? kinds.float : kinds.int64;
  const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  return message(...shape.map((size): Field => [1, size]), [2, kind], [8, name], [9, bytes]);
}

function writePort({ name, kind, shape }: Port): Buffer {
  const sizes = shape.map((size): Field => [
    1,
    message(typeof size === 'number' ? [1, size] : [2, size]),
  ]);
  const tensor = message([1, kinds[kind]], [2, message(...sizes)]);
  return message([1, name], [2, message([1, tensor])]);
}
