/** Tags of a function, and of what is made along with it. */
import type { Value, ValueObject } from "../../languages/template/value.ts";
import { objectOf, type Resources, tagList } from "./sam-resource.ts";

export function functionTags(properties: ValueObject): Value {
  return [{ Key: "lambda:createdBy", Value: "SAM" }, ...tagList(objectOf(properties["Tags"]))];
}

/** Of what a function is made of: the types whose tags are a list. */
const TAGGED: ReadonlySet<Value | undefined> = new Set([
  "AWS::IAM::Role",
  "AWS::Lambda::Function",
  "AWS::SNS::Topic",
  "AWS::SQS::Queue",
  "AWS::StepFunctions::StateMachine",
]);

/** `PropagateTags`: in place of the tags that these resources have. */
export function propagateTags(resources: Resources, tags: ValueObject): void {
  if (Object.keys(tags).length === 0) {
    return;
  }
  for (const [id, resource] of resources) {
    if (TAGGED.has(resource["Type"])) {
      const Properties = { ...objectOf(resource["Properties"]), Tags: tagList(tags) };
      resources.set(id, { ...resource, Properties });
    }
  }
}
