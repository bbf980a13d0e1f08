import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestHost, type TestHost } from "../test-host.ts";
import { firstZoneOf } from "./metadata-endpoint.ts";

let t: TestHost;

beforeAll(async () => {
  t = await createTestHost();
});

afterAll(() => t.close());

/** Asks as the metadata utility of Powertools for AWS Lambda does. */
const ASKS = `
exports.handler = async ({ path, token, method }) => {
  const { AWS_LAMBDA_METADATA_API: api, AWS_LAMBDA_METADATA_TOKEN: own } = process.env;
  const response = await fetch("http://" + api + "/2026-01-15/metadata/" + path, {
    method, headers: { Authorization: "Bearer " + (token ?? own) },
  });
  return { status: response.status, cache: response.headers.get("cache-control"), body: await response.json() };
};`;

test("metadata: the Availability Zone, for whoever has the environment's token", async () => {
  const spec = t.define({ "app.js": ASKS }, { runtime: "nodejs20.x", handler: "app.handler" });
  const ask = async (event: object) => (await t.invoke(spec, event)).value;
  const path = "execution-environment";
  expect(await ask({ path })).toEqual({
    status: 200,
    cache: "private, max-age=43200, immutable",
    body: { AvailabilityZoneID: firstZoneOf(spec.region) },
  });
  expect(await ask({ path, token: "another" })).toMatchObject({ status: 401 });
  expect(await ask({ path, method: "POST" })).toMatchObject({ status: 405 });
  expect(await ask({ path: "other" })).toMatchObject({ status: 404 });
});

test.each([
  ["us-east-1", "use1-az1"],
  ["eu-central-2", "euc2-az1"],
  ["ap-northeast-1", "apne1-az1"],
  ["ap-southeast-4", "apse4-az1"],
  ["us-gov-west-1", "usgw1-az1"],
])("the first zone of %s is %s", (region, zone) => {
  expect(firstZoneOf(region)).toBe(zone);
});
