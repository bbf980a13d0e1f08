/** What clients other than the SDK send, and what is no input at all. */
import { encode } from "cbor-x";
import { describe, expect, test } from "vitest";
import { AwsError } from "../../src/wire/aws-error.ts";
import { claimRequest } from "../../src/wire/claim.ts";
import type { HttpRequest } from "../../src/wire/http.ts";
import { parseInput } from "../../src/wire/parse.ts";
import { httpRequest } from "./http-request.ts";

function parsed(request: HttpRequest): unknown {
  return parseInput(claimRequest(request), request);
}

function refusal(request: HttpRequest): string {
  try {
    parsed(request);
  } catch (error) {
    if (error instanceof AwsError) {
      return `${error.code}: ${error.message}`;
    }
    throw error;
  }
  return "none";
}

function json(target: string, body: unknown): HttpRequest {
  const headers = { "x-amz-target": target, "content-type": "application/x-amz-json-1.0" };
  return httpRequest("POST /", {
    headers,
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

function form(body: string): HttpRequest {
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  return httpRequest("POST /", { headers, body });
}

describe("JSON", () => {
  const send = "AmazonSQS.SendMessage";

  test("null is absent, unknown members are let be, no body is no input", () => {
    expect(parsed(json(send, { QueueUrl: "q", MessageBody: null, Other: [1] }))).toMatchObject({
      QueueUrl: "q",
      MessageBody: undefined,
    });
    expect(parsed(json(send, ""))).toEqual({});
  });

  test("a map may have a member of any name", () => {
    const text = '{"QueueUrl":"q","Tags":{"__proto__":"x","constructor":"y"}}';
    const { Tags } = parsed(json("AmazonSQS.TagQueue", text)) as { Tags: object };
    expect(Object.entries(Tags)).toEqual([
      ["__proto__", "x"],
      ["constructor", "y"],
    ]);
  });

  test.each([
    ["no JSON", "{", "The request body is not valid JSON."],
    ["no structure", "[]", "Start of list found where not expected"],
    ["a text for a structure", '"a"', "Unexpected field type"],
    ["a number for a text", { MessageBody: 1 }, "NUMBER_VALUE can not be converted to a String"],
    ["a text for a number", { DelaySeconds: "1" }, "STRING_VALUE can not be converted to a Number"],
    ["a boolean for a text", { MessageBody: true }, "TRUE_VALUE can not be converted to a String"],
    [
      "a structure for a text",
      { MessageBody: {} },
      "Start of structure or map found where not expected.",
    ],
    ["a list for a map", { MessageAttributes: [] }, "Start of list found where not expected"],
    ["a text for a map", { MessageAttributes: "a" }, "Unexpected field type"],
    [
      "no base64",
      { MessageAttributes: { a: { DataType: "Binary", BinaryValue: "a" } } },
      "Invalid Base64 encoding",
    ],
  ])("%s is a SerializationException", (_, body, message) => {
    expect(refusal(json(send, body))).toBe(`SerializationException: ${message}`);
  });

  test("a value may nest as deep as any service allows, and no deeper", () => {
    const nested = (depth: number): string =>
      `{"Item":{"a":${'{"L":['.repeat(depth)}{"S":"x"}${"]}".repeat(depth)}}}`;
    expect(refusal(json("DynamoDB_20120810.PutItem", nested(33)))).toBe("none");
    for (const depth of [1_000, 100_000]) {
      expect(refusal(json("DynamoDB_20120810.PutItem", nested(depth)))).toBe(
        "SerializationException: The request is nested too deeply.",
      );
    }
  });
});

describe("query", () => {
  test("elements come in the order of their numbers, whatever these are", () => {
    const body = "Action=Publish&Version=2010-03-31&Message=a&";
    const attribute = (index: number, name: string): string =>
      `MessageAttributes.entry.${index}.Name=${name}&` +
      `MessageAttributes.entry.${index}.Value.DataType=String`;
    expect(parsed(form(body + [attribute(10, "b"), attribute(2, "a")].join("&")))).toEqual({
      Message: "a",
      MessageAttributes: { a: { DataType: "String" }, b: { DataType: "String" } },
    });
  });

  test("an empty list is an empty list, and what is unknown is ignored", () => {
    const body = "Action=UntagRole&Version=2010-05-08&RoleName=r&TagKeys=&Foo.1.Bar=x";
    expect(parsed(form(body))).toEqual({ RoleName: "r", TagKeys: [] });
  });

  test("SQS takes the address it is called at for the queue", () => {
    const request = httpRequest("GET /000000000000/q?Action=ReceiveMessage&AttributeName.1=All", {
      headers: { host: "localhost:4566" },
      signedFor: "sqs",
    });
    expect(parsed(request)).toEqual({
      QueueUrl: "http://localhost:4566/000000000000/q",
      AttributeNames: ["All"],
      MessageSystemAttributeNames: ["All"],
    });
  });

  test("plus is a space, and a stray percent sign is itself", () => {
    const body = "Action=CreateTopic&Version=2010-03-31&Name=a+b%20c%zz";
    expect(parsed(form(body))).toEqual({ Name: "a b c%zz" });
  });

  test.each([
    ["a text for a number", "MaxItems=x", "MalformedInput: x is not a valid number"],
    ["a text for a list", "Tags=x", "MalformedInput: Unexpected value at Tags"],
    [
      "a name for an index",
      "Tags.member.x.Key=a",
      "MalformedInput: x is no index of a list at Tags",
    ],
    ["parts of a text", "RoleName.a=b", "MalformedInput: Unexpected complex element at RoleName"],
  ])("%s is refused", (_, parameter, expected) => {
    const action = parameter.startsWith("MaxItems") ? "ListRoles" : "TagRole";
    expect(refusal(form(`Action=${action}&Version=2010-05-08&${parameter}`))).toBe(expected);
  });

  test("a name of a million parts does no harm", () => {
    const body = `Action=TagRole&Version=2010-05-08&Tags${".member".repeat(1_000_000)}=x`;
    expect(refusal(form(body))).toMatch(/^MalformedInput/);
  });
});

describe("XML", () => {
  const put = (body: string): HttpRequest => httpRequest("PUT /b?tagging", { body });
  const tag = (content: string): string =>
    `<Tagging xmlns="x"><TagSet><Tag>${content}</Tag></TagSet></Tagging>`;

  test("entities and CDATA are text, comments and space between elements are nothing", () => {
    const body = `<?xml version="1.0"?>\n${tag(
      " <!-- c --> <Key>a&amp;lt;&#65;&#x42;</Key>\n<Value><![CDATA[<&amp;>]]></Value>",
    )}`;
    expect(parsed(put(body))).toEqual({
      Bucket: "b",
      Tagging: { TagSet: [{ Key: "a&lt;AB", Value: "<&amp;>" }] },
    });
  });

  test.each([
    ["no XML", "a"],
    ["an open element", "<Tagging><TagSet>"],
    ["two roots", "<a/><b/>"],
    ["an entity that is none", tag("<Key>&foo;</Key>")],
    ["a document type", `<!DOCTYPE a [<!ENTITY b "c">]>${tag("<Key>&b;</Key>")}`],
    ["a text where elements belong", "<Tagging>text</Tagging>"],
    ["elements where text belongs", tag("<Key><a/></Key>")],
    ["a single member twice", tag("<Key>a</Key><Key>b</Key>")],
    ["a million levels", `${"<a>".repeat(1_000_000)}${"</a>".repeat(1_000_000)}`],
  ])("%s is a MalformedXML", (_, body) => {
    expect(refusal(put(body))).toMatch(/^MalformedXML: The XML you provided/);
  });

  test("a query parameter that is not of its type is an InvalidArgument", () => {
    expect(refusal(httpRequest("GET /b?max-keys=x"))).toBe(
      "InvalidArgument: Provided MaxKeys not valid",
    );
  });
});

describe("REST", () => {
  test("labels, headers and the query string are read whole", () => {
    const request = httpRequest("GET /b/a%20b%2Fc+d?versionId=1%2B2&response-content-type=a/b", {
      headers: { range: "bytes=0-1", "x-amz-request-payer": "requester" },
    });
    expect(parsed(request)).toEqual({
      Bucket: "b",
      Key: "a b/c+d",
      VersionId: "1+2",
      ResponseContentType: "a/b",
      Range: "bytes=0-1",
      RequestPayer: "requester",
    });
  });

  test("dates in headers are read in every format that clients use", () => {
    const expected = new Date("2026-11-21T05:00:00Z");
    for (const date of ["Sat, 21 Nov 2026 05:00:00 GMT", "2026-11-21T05:00:00Z", "1795237200"]) {
      const headers = { "if-modified-since": date };
      expect(parsed(httpRequest("GET /b/k", { headers }))).toMatchObject({
        IfModifiedSince: expected,
      });
    }
    const headers = { "if-modified-since": "yesterday" };
    expect(refusal(httpRequest("GET /b/k", { headers }))).toMatch(/^InvalidArgument/);
  });

  test("Lambda calls a body that is none by its own name", () => {
    const request = httpRequest("POST /2015-03-31/functions", { body: "{", signedFor: "lambda" });
    expect(refusal(request)).toMatch(/^InvalidRequestContentException: Could not parse/);
  });

  test("a percent sign that starts no valid sequence is refused", () => {
    const request = httpRequest("GET /2015-03-31/functions/%zz", { signedFor: "lambda" });
    expect(refusal(request)).toMatch(/^SerializationException/);
  });
});

describe("CBOR", () => {
  const call = (body: Uint8Array): HttpRequest =>
    httpRequest("POST /service/GraniteServiceVersion20100801/operation/PutMetricData", {
      headers: { "smithy-protocol": "rpc-v2-cbor", "content-type": "application/cbor" },
      body,
    });

  test.each([
    ["bytes that are none", Buffer.from([0xff, 0xff]), /not valid CBOR/],
    ["a list", encode([]), /Start of list/],
    ["a number for a text", encode({ Namespace: 1 }), /NUMBER_VALUE/],
  ])("%s is a SerializationException", (_, body, message) => {
    expect(refusal(call(body))).toMatch(message);
  });
});
