/**
 * Custom resources: made, changed and removed by a provider of the application's own.
 *
 * They take any property and have any attribute, and the provider answers when it likes, so the
 * engine has a way of its own for them: `../cloudformation/custom-request.ts`. What stands here is
 * what templates and plans have to know.
 *
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-customresource.html
 */
import { AssertionError } from "../../base/assert.ts";
import type { ResourceType } from "./resource-type.ts";

const GENERAL_TYPE = "AWS::CloudFormation::CustomResource";

/** Up to 60 characters behind the prefix. */
const OWN_TYPE = /^Custom::[\w@-]{1,60}$/;

export function isCustomType(type: string): boolean {
  return type === GENERAL_TYPE || OWN_TYPE.test(type);
}

/** Its properties are none by name, so that none has rules; whatever it is given it takes. */
export function customResource(type: string): ResourceType {
  const notHere = (): never => {
    throw new AssertionError("a custom resource is its provider's work");
  };
  return {
    type,
    attributes: undefined,
    properties: new Map(),
    physicalName: undefined,
    check: () => {},
    exists: async () => false,
    create: async () => notHere(),
    update: async () => notHere(),
    delete: async () => notHere(),
    discard: async () => notHere(),
  };
}
