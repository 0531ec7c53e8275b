/**
 * JSON Schemas as the API's models give them: `$ref` into `$defs`, `anyOf` with null for what may
 * be absent, `const` to tell variants apart. Pure: no page is needed.
 */

/** The schema with its reference followed; what stands beside the reference goes before. */
export function resolve(schema, root) {
  let found = schema;
  while (found.$ref) {
    const target =
      found.$ref
        .split("/")
        .slice(1)
        .reduce((at, part) => at?.[part], root) || {};
    const { $ref, ...beside } = found;
    found = { ...target, ...beside };
  }
  const alone = found.allOf?.length === 1 ? found.allOf[0] : null;
  if (!alone) return found;
  const { allOf, ...beside } = found;
  return resolve({ ...resolve(alone, root), ...beside }, root);
}

/** `{schema, nullable, variants}`: a union of one kind and null is that kind. */
export function kindOf(given, root) {
  const schema = resolve(given, root);
  const union = schema.anyOf || schema.oneOf;
  if (!union) return { schema, nullable: schema.type === "null", variants: null };
  const real = union
    .map((option) => resolve(option, root))
    .filter((option) => option.type !== "null");
  const nullable = real.length < union.length;
  const { anyOf, oneOf, ...beside } = schema;
  if (real.length === 1) return { schema: { ...real[0], ...beside }, nullable, variants: null };
  return { schema: beside, nullable, variants: real };
}

/** What a union's variant is called. */
export function variantName(schema, index) {
  const fixed = Object.values(schema.properties || {}).find((property) => "const" in property);
  if (fixed) return String(fixed.const);
  if (schema.type === "array") return "several";
  if (schema.type === "object") return "one";
  return schema.title || schema.type || `form ${index + 1}`;
}

/** Which variant a value is of: the first whose type and constants fit. */
export function variantOf(value, variants) {
  const fits = (schema) => {
    if (schema.type === "array") return Array.isArray(value);
    if (schema.type !== "object")
      return typeof value === schema.type || (schema.type === "integer" && Number.isInteger(value));
    if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
    return Object.entries(schema.properties || {}).every(
      ([name, property]) => !("const" in property) || value[name] === property.const,
    );
  };
  return Math.max(0, variants.findIndex(fits));
}

const LONG = 200;
const LONG_NAMES =
  /^(brief|body|text|message|content|description|instructions|transcript|html|caption|summary)$/i;

/** Whether a text deserves several lines. */
export const isLong = (name, schema) =>
  !schema.pattern &&
  !schema.format &&
  !/(url|uri|link)$/i.test(name) &&
  ((schema.maxLength ?? 0) > LONG || LONG_NAMES.test(name)) &&
  (schema.maxLength ?? LONG + 1) > 120;

/** Limits in words, as far as they are not obvious. */
export function limits(schema) {
  const told = [];
  if (schema.maxLength && schema.maxLength <= 500)
    told.push(`at most ${schema.maxLength} characters`);
  if (schema.minimum !== undefined && schema.maximum !== undefined)
    told.push(`${schema.minimum} to ${schema.maximum}`);
  else if (schema.minimum !== undefined) told.push(`at least ${schema.minimum}`);
  else if (schema.maximum !== undefined) told.push(`at most ${schema.maximum}`);
  if (schema.maxItems && schema.type === "array") told.push(`at most ${schema.maxItems}`);
  return told.join(", ");
}
