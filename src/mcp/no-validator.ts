/**
 * Stands in the built program for the part of the SDK that validates by JSON
 * schema, a third of its size: what people answer is read by `consent.ts`, and what
 * clients send by the schemas of the tools.
 */
import process from "node:process";

export { process };

/** Never asked; the SDK makes one all the same. */
export class DefaultJsonSchemaValidator {
  getValidator(): never {
    throw new Error("nothing here is validated by JSON schema");
  }
}
