/**
 * The error of each protocol for input that cannot be read. Readers throw `Unreadable`, which knows
 * no protocol; the boundary (`parse.ts`) turns it into the answer.
 */
import { AwsError } from "./aws-error.ts";
import type { ProtocolName, ServiceModel } from "./model.ts";

/** What stands in the way of reading an input; the message is AWS's where AWS has one. */
export class Unreadable extends Error {
  override readonly name = "Unreadable";
}

const MALFORMED_XML =
  "The XML you provided was not well-formed or did not validate against our published schema";

export function malformedInput(
  protocol: ProtocolName,
  model: ServiceModel,
  message: string,
): AwsError {
  switch (protocol) {
    case "awsQuery":
      return new AwsError({ code: "MalformedInput", message });
    case "restXml":
      return new AwsError({ code: "MalformedXML", message: MALFORMED_XML });
    case "restJson1":
      return model.name === "lambda"
        ? invalidRequestContent(message)
        : new AwsError({ code: "SerializationException", message });
    default:
      return new AwsError({ code: "SerializationException", message });
  }
}

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors */
function invalidRequestContent(message: string): AwsError {
  return new AwsError({
    code: "InvalidRequestContentException",
    message: `Could not parse request body into json: ${message}`,
  });
}

/** A path label, a query parameter or a header that is not of its type. */
export function malformedParameter(protocol: ProtocolName, name: string): AwsError {
  return protocol === "restXml"
    ? new AwsError({ code: "InvalidArgument", message: `Provided ${name} not valid` })
    : new AwsError({
        code: "SerializationException",
        message: `The value of ${name} could not be read.`,
      });
}
